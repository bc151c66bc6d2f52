import {
  chat_length_max,
  chat_max,
  mentions_max,
  reactors_max,
} from "../../protocol/watch/chat.ts";
import { participants_max } from "../../protocol/watch/member.ts";
import { history_max, queue_max } from "../../protocol/watch/queue.ts";
import { driftBuckets } from "../../protocol/watch/report.ts";
import { source_bytes_max } from "../../protocol/watch/source.ts";
import { peer_bytes_max, type RoomLimits } from "../room.ts";
import { bans_max, given_max, paces } from "./limits.ts";

/** A string of `units` UTF-16 code units with its header, in bytes. */
const text = (units: number) => 2 * units + 32;
/** An object or map entry with some numbers and references in it. */
const object = 128;

const id = text(32);
const connectionId = text(64);
const name = text(40);
const session = text(64);

const member = object + 2 * id + name + session;
/** In UTF-8 a source takes no fewer bytes than it has code units. */
const item =
  2 * object + 3 * id + name + text(source_bytes_max) + object * 6 + participants_max * id;
const message =
  2 * object +
  id +
  name +
  text(16) +
  text(chat_length_max) +
  mentions_max * id +
  reactors_max * (id + 32);
const ban = object + 2 * id + name + session;
const given = id + 32;
const options = 4 * object + text(80);
const anchor = 2 * object + id + participants_max * id;
const stats = 2 * (2 * object + driftBuckets * 8);

/** What is both in memory and in storage. */
const kept =
  participants_max * member +
  (1 + queue_max + history_max) * item +
  chat_max * message +
  bans_max * ban +
  given_max * given +
  options +
  anchor +
  stats +
  object;

/** What is in memory alone: allowances, last drifts, who was shown as away, what the list was told. */
const fleeting =
  participants_max * (object + id + Object.keys(paces).length * 32) +
  participants_max * 2 * (id + 32) +
  text(1_024);

/** Frames that wait to go out together: as text, and as each recipient's batch of it. */
const outbox = 2 * text(64 * 1024 + queue_max * source_bytes_max * 2);

/** The most bytes a watch room can hold, memory and storage together, under these limits. */
export function worstCaseBytes(limits: RoomLimits): number {
  const sockets = limits.connections_max * (object + connectionId + id + peer_bytes_max);
  return 2 * kept + fleeting + outbox + sockets;
}
