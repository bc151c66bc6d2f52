import { profileSchema } from "../../../protocol/match/rest-profile.ts";
import type { RoomSocket } from "../room-socket.ts";
import { dialSocketIo } from "../socketio-socket.ts";
import { CoreMatchVisit, type Person } from "./core-visit.ts";

/** An answer of the old design's routes. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A visit to the old design, where a session and a profile are all one needs to enter. */
export class ContainerVisit extends CoreMatchVisit {
  readonly #origin: string;
  readonly #people = new Map<string, { readonly id: string; readonly session: string }>();

  constructor(origin: string | undefined) {
    super();
    if (origin === undefined) throw new Error("the old design does not run");
    this.#origin = origin;
  }

  async arrive(name: string, languages?: readonly string[]): Promise<Person> {
    const { id, session } = await this.person(name, languages);
    const socket = this.dial("lobby", this.lobby, session);
    await socket.until("a first frame", () => socket.frames.length > 0);
    return { id, socket };
  }

  async follow(callId: string, token: string): Promise<RoomSocket> {
    // What is said before it is open is sent when it is.
    return this.dial("call", callId, token);
  }

  /** Who goes by this name here: made when first asked for, with a session and a profile. */
  async person(
    name: string,
    languages: readonly string[] = ["en"],
  ): Promise<{ readonly id: string; readonly session: string }> {
    const known = this.#people.get(name);
    if (known !== undefined) return known;
    const session = String((await this.ask("POST", "/v1/match/sessions")).body.session);
    const profile = { name: `Name of ${name}`, ageRange: "25-34", languages, bio: "Of no concern" };
    const { body } = await this.ask("PUT", "/v1/match/profile", session, profile);
    const person = { id: profileSchema.parse(body).userId, session };
    this.#people.set(name, person);
    return person;
  }

  /** Opens a namespace; it may be refused, and nothing has come then. */
  dial(namespace: "lobby" | "call", room: string, token: string): RoomSocket {
    const url = new URL(`/${namespace}`, this.#origin);
    return this.listen(namespace, dialSocketIo(url, { room, token }));
  }

  async ask(method: string, path: string, session?: string, body?: object): Promise<Answer> {
    const response = await fetch(new URL(path, this.#origin), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }
}
