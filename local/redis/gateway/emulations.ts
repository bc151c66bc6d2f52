import { type Argument, keyword, type RedisCommand } from "./command.ts";
import type { Translated } from "./translate.ts";

/** `SCAN cursor [options] WITHTYPE`: every key is followed by its type. Only Upstash has it. */
export function scanWithType({ name, args }: RedisCommand): Translated | undefined {
  const at = name === "SCAN" ? args.findIndex((_, index) => isWithType(args, index)) : -1;
  return at < 0 ? undefined : script(scanScript, [], args.toSpliced(at, 1));
}

/** Options of SCAN come in pairs after the cursor, so a pattern that reads WITHTYPE is not taken for it. */
function isWithType(args: readonly Argument[], index: number): boolean {
  return index % 2 === 1 && keyword(args[index]) === "WITHTYPE";
}

/**
 * `BITOP DIFF|DIFF1|ANDOR|ONE destination source ...`, which Redis has from version 8.2, out of the
 * operations that every version has. DIFF is bits of the first source in no other, DIFF1 the
 * reverse, ANDOR bits of the first in any other, ONE bits in exactly one source.
 */
export function bitopOfSets({ name, args }: RedisCommand): Translated | undefined {
  const [operation, ...keys] = args;
  const sources_min = keyword(operation) === "ONE" ? 1 : 2;
  const known = ["DIFF", "DIFF1", "ANDOR", "ONE"].includes(keyword(operation));
  if (name !== "BITOP" || !known || keys.length < 1 + sources_min) return undefined;
  return script(bitopScript, keys, [keyword(operation)]);
}

/** HEXPIRETIME and HPEXPIRETIME out of HPTTL and the clock. */
export function fieldExpireTime({ name, args }: RedisCommand): Translated | undefined {
  if (name !== "HEXPIRETIME" && name !== "HPEXPIRETIME") return undefined;
  const [key, ...fields] = args;
  const unit_ms = name === "HEXPIRETIME" ? "1000" : "1";
  return key === undefined ? undefined : script(expireTimeScript, [key], [unit_ms, ...fields]);
}

function script(lua: string, keys: readonly Argument[], args: readonly Argument[]): Translated {
  return { command: { name: "EVAL", args: [lua, String(keys.length), ...keys, ...args] } };
}

const scanScript = `
local page = redis.call('SCAN', unpack(ARGV))
local typed = {}
for _, key in ipairs(page[2]) do
  typed[#typed + 1] = key
  typed[#typed + 1] = redis.call('TYPE', key).ok
end
return {page[1], typed}`;

/**
 * A source that holds no string stops it at the first OR, before anything is written. Bits of A
 * that are not in B are A XOR (A AND B), which needs no NOT and so no padding of lengths.
 */
const bitopScript = `
local operation, destination, first = ARGV[1], KEYS[1], KEYS[2]
local any, both = '\\0bitop:any', '\\0bitop:both'
redis.call('BITOP', 'OR', any, unpack(KEYS, 2))
if operation == 'ONE' then
  local twice, again = '\\0bitop:twice', '\\0bitop:again'
  redis.call('DEL', any)
  for i = 2, #KEYS do
    redis.call('BITOP', 'AND', again, any, KEYS[i])
    redis.call('BITOP', 'OR', twice, twice, again)
    redis.call('BITOP', 'OR', any, any, KEYS[i])
  end
  local length = redis.call('BITOP', 'XOR', destination, any, twice)
  redis.call('DEL', any, twice, again)
  return length
end
redis.call('BITOP', 'OR', any, unpack(KEYS, 3))
redis.call('BITOP', 'AND', both, first, any)
local length
if operation == 'DIFF' then
  length = redis.call('BITOP', 'XOR', destination, first, both)
elseif operation == 'DIFF1' then
  length = redis.call('BITOP', 'XOR', destination, any, both)
else
  length = redis.call('BITOP', 'OR', destination, both)
end
redis.call('DEL', any, both)
return length`;

const expireTimeScript = `
local unit_ms = tonumber(ARGV[1])
local left = redis.call('HPTTL', KEYS[1], unpack(ARGV, 2))
local clock = redis.call('TIME')
local now_ms = clock[1] * 1000 + math.floor(clock[2] / 1000)
-- Seconds are rounded up, but for the millisecond that may pass between the two calls above.
local round_up = unit_ms > 1 and unit_ms - 2 or 0
for i, ms in ipairs(left) do
  if ms >= 0 then left[i] = math.floor((now_ms + ms + round_up) / unit_ms) end
end
return left`;
