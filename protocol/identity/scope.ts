import { z } from "zod";

/**
 * What an API key may do: `<part>:<action>`. Whoever makes a key names its scopes; a route that
 * takes keys names the one it asks for. `write` does not include `read`.
 */
export const scopes = [
  "account:read",
  "watch:read",
  "watch:write",
  "match:read",
  "match:write",
  "designs:read",
  "designs:write",
  "analytics:read",
  "analytics:write",
  "orders:read",
  "orders:write",
] as const;

export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;

/** The scopes as the accounts library keeps them: actions by part. */
export type Permissions = Readonly<Record<string, readonly string[]>>;

export function permissionsOf(list: readonly Scope[]): Record<string, string[]> {
  const permissions: Record<string, string[]> = {};
  for (const scope of new Set(list)) {
    const [part = "", action = ""] = scope.split(":");
    permissions[part] = [...(permissions[part] ?? []), action];
  }
  return permissions;
}

/** The scopes among kept permissions; what no longer exists is left out. */
export function scopesOf(permissions: Permissions): Scope[] {
  return scopes.filter((scope) => {
    const [part = "", action = ""] = scope.split(":");
    return Object.hasOwn(permissions, part) && permissions[part]?.includes(action);
  });
}
