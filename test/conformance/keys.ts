import type { TokenKey } from "../../platform/tokens/jwt.ts";

/** The key that rooms under test trust. It opens nothing but them. */
export const testKeys: readonly TokenKey[] = [
  { id: "test", secret: "only-for-tests-and-of-no-use-elsewhere" },
];

/** The same as a `ROOM_TOKEN_KEYS` setting. */
export const testKeysSetting = testKeys.map(({ id, secret }) => `${id}:${secret}`).join(",");
