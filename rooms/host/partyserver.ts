import { type Connection, type ConnectionContext, Server, type WSMessage } from "partyserver";
import { claimsHeader, decodeClaims, serviceHeader } from "../../platform/tokens/claims-header.ts";
import { pingFrame, pongFrame, type RoomClaims } from "../../protocol/room.ts";
import type { RoomMachine, RoomTypes } from "../room.ts";
import { LiveRoom } from "./live-room.ts";
import { type Carrier, RoomMeter } from "./meter.ts";
import { meteredPorts, meteredSocket, toldAfter_ms } from "./metered.ts";
import type { RoomPorts, RoomSocket, SocketNote } from "./ports.ts";
import { reportFailure } from "./report.ts";
import { internalError } from "./seats.ts";
import { answerService, problemResponse } from "./service.ts";
import { forgetAll, loadStored, storeAlarm, storeChanges } from "./storage.ts";
import { meteredRedisOf } from "./stores.ts";

type Noted = Connection<SocketNote>;

/**
 * Hosts a room's machine in a Durable Object, through PartyServer. The Worker's gate has checked the
 * token before anything reaches this object, which nobody else can address.
 *
 * The object hibernates: ten seconds after the last event its memory is gone while its sockets stay
 * open, and the next event builds it anew from storage and from the notes kept with the sockets.
 */
export abstract class RoomServer<State, T extends RoomTypes> extends Server {
  // Only a static field is looked at; as an instance field it would silently turn hibernation off.
  static override options = { hibernate: true };

  protected abstract readonly party: string;
  protected abstract readonly machine: RoomMachine<State, T>;
  readonly #arrivals = new WeakMap<Request, RoomClaims | null>();
  #room: LiveRoom<State, T> | undefined;
  #meter: RoomMeter | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(pingFrame, pongFrame));
  }

  /** Does outside work that the machine asked for; it must answer for every outcome. */
  protected runTask(_task: T["task"]): Promise<T["answer"]> {
    return Promise.reject(new Error("this room has no tasks"));
  }

  /**
   * Takes what the gate forwards. PartyServer sees a request without the client's query, because it
   * would take a connection id from there and keep the address, token and all, with the socket.
   */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
    const claims = upgrade ? decodeClaims(request.headers.get(claimsHeader)) : null;
    if (claims === undefined || (claims && claims.room !== this.ctx.id.name))
      return problemResponse("token_invalid");
    if (!upgrade && request.headers.get(serviceHeader) !== "1")
      return problemResponse("token_invalid");
    const inner = new Request(new URL(new URL(request.url).pathname, request.url), {
      method: request.method,
      body: request.body,
      headers: upgrade ? { upgrade: "websocket" } : {},
    });
    this.#arrivals.set(inner, claims);
    try {
      const response = await super.fetch(inner);
      // PartyServer answers its own failures with the stack. Whatever did not get as far as the
      // handlers below is such an answer.
      return this.#arrivals.has(inner) ? problemResponse("internal") : response;
    } catch (error) {
      reportFailure(this.party, "fetch", error);
      return problemResponse("internal");
    }
  }

  override async onStart(): Promise<void> {
    const woken_ms = Date.now();
    try {
      const stored = await loadStored(this.ctx.storage);
      this.#meter ??= this.#newMeter(stored.size);
      const sockets = [...this.getConnections<SocketNote>()].flatMap((connection) => {
        const note = connection.state as SocketNote | null;
        if (note === null) return [];
        this.#meter?.opened(connection.id, carrierOf(connection), note.counted);
        return [{ socket: this.#socketOf(connection), note }];
      });
      this.#room ??= new LiveRoom(this.machine, this.#ports(), stored, sockets);
      this.#meter?.count("room_awake_ms", Date.now() - woken_ms);
    } catch (error) {
      reportFailure(this.party, "start", error);
      // PartyServer logs what it is thrown, message and all.
      throw new Error("the room could not start");
    }
  }

  override onConnect(connection: Connection, { request }: ConnectionContext): void {
    const claims = this.#arrivals.get(request);
    this.#arrivals.delete(request);
    this.#guard("connect", connection, (room) => {
      if (!claims) throw new Error("a socket without claims");
      this.#meter?.opened(connection.id, carrierOf(connection));
      room.join(this.#socketOf(connection), claims);
    });
  }

  /** A room that cannot start hears nothing; its sockets are sent to try again later. */
  override async webSocketMessage(socket: WebSocket, message: WSMessage): Promise<void> {
    await super.webSocketMessage(socket, message);
    if (this.#room === undefined) socket.close(internalError, "internal");
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    this.#guard("message", connection, (room) => {
      this.#meter?.count("socket_messages_in");
      room.receive(connection.id, message);
    });
  }

  override onClose(connection: Noted, code: number): void {
    const note = connection.state as SocketNote | null;
    this.#guard("close", connection, (room) => {
      this.#meter?.closed(connection.id, note?.counted);
      room.leave(connection.id, note, code);
    });
  }

  override onError(connection: Noted): void {
    // The transport broke; no close event follows.
    this.onClose(connection, 1006);
  }

  override onRequest(request: Request): Promise<Response> {
    this.#arrivals.delete(request);
    return answerService(request, (body) => this.#counted((room) => room.request(body)));
  }

  override onAlarm(): void {
    this.#counted((room) => {
      this.#meter?.count("room_requests");
      room.alarm();
    });
  }

  #awake(): LiveRoom<State, T> {
    if (this.#room === undefined) throw new Error("the room has not started");
    return this.#room;
  }

  #guard(where: string, connection: Connection, act: (room: LiveRoom<State, T>) => void): void {
    try {
      this.#counted(act);
    } catch (error) {
      reportFailure(this.party, where, error);
      connection.close(internalError, "internal");
    }
  }

  /** What was put off by some milliseconds is an event too, and is counted like one. */
  #later(act: () => void): void {
    try {
      this.#counted(act);
    } catch (error) {
      reportFailure(this.party, "later", error);
    }
  }

  /** Runs one event, and accounts for it. What is to be told keeps the object up until it is. */
  #counted<Result>(act: (room: LiveRoom<State, T>) => Result): Result {
    const room = this.#awake();
    const meter = this.#meter;
    meter?.began(Date.now());
    try {
      return act(room);
    } finally {
      const telling = meter?.ended(Date.now());
      if (meter && telling !== undefined) this.ctx.waitUntil(meter.awake.during(telling, Date.now));
    }
  }

  /** @param rows how many rows were read from storage at this wake */
  #newMeter(rows: number): RoomMeter | undefined {
    const meter = meteredRedisOf(this.env)?.meter;
    if (meter === undefined) return undefined;
    const own = new RoomMeter(this.party, this.ctx.id.name ?? "", meter, {
      now_ms: Date.now(),
      told_ms: toldAfter_ms(this.env),
    });
    // PartyServer looks for a name of its own beside them.
    own.count("rows_read", rows + 1);
    return own;
  }

  #socketOf(connection: Connection): RoomSocket {
    const pingedAt_ms = () => this.ctx.getWebSocketAutoResponseTimestamp(connection)?.getTime();
    return meteredSocket({ ...socketOf(connection), pingedAt_ms }, this.#meter);
  }

  #ports(): RoomPorts<T> {
    const { storage } = this.ctx;
    const report = (where: string, error: unknown) => reportFailure(this.party, where, error);
    // Memory is ahead of storage: forget it, sockets and all, and let clients join what was stored.
    const lost = (error: unknown) => {
      report("store", error);
      this.ctx.abort("a write was lost");
    };
    const ports: RoomPorts<T> = {
      now_ms: () => Date.now(),
      random: () => Math.random(),
      store: (changes) => storeChanges(storage, changes, lost),
      setAlarm: (at_ms) => storeAlarm(storage, at_ms, lost),
      forget: () => forgetAll(storage, lost),
      after: (delay_ms, act) => void setTimeout(() => this.#later(act), delay_ms),
      runTask: (task) => this.runTask(task),
      count: () => {},
      report,
    };
    return meteredPorts(ports, this.#meter);
  }
}

function carrierOf(connection: Connection): Carrier {
  return {
    carry: (counted) => {
      const note = connection.state as SocketNote | null;
      if (note === null) return;
      try {
        connection.setState({ ...note, counted });
      } catch {
        // The socket is gone, or its claims leave no room: then these counts do not outlive a sleep.
      }
    },
  };
}

function socketOf(connection: Connection): RoomSocket {
  return {
    id: connection.id,
    send: (text) => connection.send(text),
    close: (code, reason) => connection.close(code, reason),
    // The note of counts is written anew at the end of each event.
    keep: (note) => void connection.setState({ ...note, counted: undefined }),
  };
}
