import type * as Party from "partykit/server";

/** PartyKit asks for a main party beside the named ones. This one has no room behind it. */
export default class MainParty implements Party.Server {
  static onBeforeConnect() {
    return new Response("There is no room here.", { status: 404 });
  }

  static onBeforeRequest() {
    return new Response("There is no room here.", { status: 404 });
  }

  /** Never reached; PartyKit wants a party to have a handler. */
  onRequest() {
    return new Response("There is no room here.", { status: 404 });
  }
}
