import { createApi } from "./api.ts";

export { WatchRoom } from "../rooms/watch/partyserver.ts";
export type { Api } from "./api.ts";

/** The Worker's entry: the API, and beside it the classes of its rooms. */
export default createApi();
