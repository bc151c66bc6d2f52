/** Under which an organization is kept on the page. */
export const organizationKey = (id: string) => ["organization", id] as const;
