/** The invite that the link carried behind its `#`, which browsers send to nobody. */
export function inviteInAddress(): string | undefined {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  return fragment.get("invite")?.slice(0, 2_048) ?? undefined;
}

/** Takes the invite out of the address, where it would be copied along with the room's link. */
export function forgetInvite(): void {
  if (window.location.hash !== "")
    history.replaceState(history.state, "", window.location.pathname + window.location.search);
}
