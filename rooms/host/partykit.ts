import type * as Party from "partykit/server";
import { claimsHeader, decodeClaims, serviceHeader } from "../../platform/tokens/claims-header.ts";
import { pingFrame, pongFrame } from "../../protocol/room.ts";
import type { RoomMachine, RoomTypes } from "../room.ts";
import { createCounts } from "./counts.ts";
import { LiveRoom } from "./live-room.ts";
import type { RoomPorts, RoomSocket, SocketNote } from "./ports.ts";
import { reportFailure } from "./report.ts";
import { internalError } from "./seats.ts";
import { answerService, problemResponse } from "./service.ts";
import { forgetAll, loadStored, storeAlarm, storeChanges } from "./storage.ts";

type Noted = Party.Connection<SocketNote>;

/**
 * Hosts a room's machine on classic PartyKit, as `partykit dev` runs it. It behaves as the
 * PartyServer host does, with two differences inside: this platform cannot answer pings while a room
 * sleeps, so the room does, and it does not say with which code a socket closed.
 */
export abstract class PartyKitRoom<State, T extends RoomTypes> implements Party.Server {
  readonly options = { hibernate: true };
  protected abstract readonly party: string;
  protected abstract readonly machine: RoomMachine<State, T>;
  protected readonly counts = createCounts();
  readonly #host: Party.Room;
  #room: LiveRoom<State, T> | undefined;

  constructor(host: Party.Room) {
    this.#host = host;
  }

  /** Does outside work that the machine asked for; it must answer for every outcome. */
  protected runTask(_task: T["task"]): Promise<T["answer"]> {
    return Promise.reject(new Error("this room has no tasks"));
  }

  /** The platform does not hold other events back while a room starts; this does. */
  onStart(): Promise<void> {
    return this.#host.blockConcurrencyWhile(async () => {
      const stored = await loadStored(this.#host.storage);
      const sockets = [...this.#host.getConnections<SocketNote>()].flatMap((connection) => {
        const note = connection.state as SocketNote | null;
        return note === null ? [] : [{ socket: socketOf(connection), note }];
      });
      this.#room = new LiveRoom(this.machine, this.#ports(), stored, sockets);
    });
  }

  onConnect(connection: Party.Connection, { request }: Party.ConnectionContext): void {
    this.#guard("connect", connection, (room) => {
      const claims = decodeClaims(request.headers.get(claimsHeader));
      if (claims === undefined) throw new Error("a socket without claims");
      room.join(socketOf(connection), claims);
    });
  }

  onMessage(message: string | ArrayBuffer | ArrayBufferView, connection: Party.Connection): void {
    this.#guard("message", connection, (room) => {
      if (message === pingFrame) {
        connection.send(pongFrame);
        room.pinged(connection.id);
      } else room.receive(connection.id, message);
    });
  }

  onClose(connection: Noted): void {
    const note = connection.state as SocketNote | null;
    this.#guard("close", connection, (room) => room.leave(connection.id, note, noStatus));
    // Until 2026 the runtime left it to the room to answer a close.
    connection.close(1000);
  }

  onError(connection: Noted): void {
    this.onClose(connection);
  }

  async onRequest(request: Party.Request): Promise<Response> {
    if (request.headers.get(serviceHeader) !== "1") return problemResponse("token_invalid");
    try {
      return await answerService(request, (body) => this.#awake().request(body));
    } catch (error) {
      reportFailure(this.party, "request", error);
      return problemResponse("internal");
    }
  }

  onAlarm(): void {
    this.#awake().alarm();
  }

  #awake(): LiveRoom<State, T> {
    if (this.#room === undefined) throw new Error("the room has not started");
    return this.#room;
  }

  #guard(
    where: string,
    connection: Party.Connection,
    act: (room: LiveRoom<State, T>) => void,
  ): void {
    try {
      act(this.#awake());
    } catch (error) {
      reportFailure(this.party, where, error);
      connection.close(internalError, "internal");
    }
  }

  #later(act: () => void): void {
    try {
      act();
    } catch (error) {
      reportFailure(this.party, "later", error);
    }
  }

  #ports(): RoomPorts<T> {
    const { storage } = this.#host;
    const report = (where: string, error: unknown) => reportFailure(this.party, where, error);
    // Memory is ahead of storage: a failure in here makes the platform forget it, sockets and all.
    const lost = (error: unknown) => {
      report("store", error);
      this.#host.blockConcurrencyWhile(() => Promise.reject(error)).catch(() => {});
    };
    return {
      now_ms: () => Date.now(),
      random: () => Math.random(),
      store: (changes) => storeChanges(storage, changes, lost),
      setAlarm: (at_ms) => storeAlarm(storage, at_ms, lost),
      forget: () => forgetAll(storage, lost),
      after: (delay_ms, act) => void setTimeout(() => this.#later(act), delay_ms),
      runTask: (task) => this.runTask(task),
      count: (name, amount) => this.counts.add(name, amount),
      report,
    };
  }
}

/** What a close without a code is called (RFC 6455, section 7.4.1). */
const noStatus = 1005;

function socketOf(connection: Party.Connection): RoomSocket {
  return {
    id: connection.id,
    send: (text) => connection.send(text),
    close: (code, reason) => connection.close(code, reason),
    keep: (note) => void connection.setState(note),
  };
}
