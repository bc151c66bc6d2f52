/**
 * The directory's scripts. `KEYS[1]` is a sorted set of room ids by the moment of their last
 * activity, `KEYS[2]` a hash of entries by id. Each script is one request, and leaves both in step.
 */

/** `ARGV`: id, moment, entry, time to live in seconds, most entries. */
export const putScript = `
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[4])
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[5])
if over > 0 then
  local old = redis.call('ZRANGE', KEYS[1], 0, math.min(over, 100) - 1)
  redis.call('ZREM', KEYS[1], unpack(old))
  redis.call('HDEL', KEYS[2], unpack(old))
end
return over`;

/**
 * `ARGV`: moment up to which entries are over, how many to find, and the cursor: its moment
 * ('+inf' for none) and its id. Answers with the entries found. Rooms of one moment stand in
 * descending order of their ids, as Redis has them, so that the cursor names exactly one place.
 */
export const listScript = `
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)
if #old > 0 then
  redis.call('ZREM', KEYS[1], unpack(old))
  redis.call('HDEL', KEYS[2], unpack(old))
end
local wanted = tonumber(ARGV[2])
local found = {}
local offset = 0
while #found < wanted do
  local page = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[3], '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', offset, wanted)
  if #page == 0 then break end
  offset = offset + wanted
  local ids = {}
  for i = 1, #page, 2 do
    local here = ARGV[3] ~= '+inf' and tonumber(page[i + 1]) == tonumber(ARGV[3])
    if not here or page[i] < ARGV[4] then ids[#ids + 1] = page[i] end
  end
  if #ids > 0 then
    local entries = redis.call('HMGET', KEYS[2], unpack(ids))
    for i = 1, #entries do
      if entries[i] and #found < wanted then found[#found + 1] = entries[i] end
    end
  end
end
return found`;
