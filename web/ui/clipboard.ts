/**
 * Puts a text where it can be pasted from. A browser gives a page its clipboard only over https and on
 * the machine itself, and may still refuse.
 * @returns whether it is there
 */
export async function toClipboard(text: string): Promise<boolean> {
  // Typed as always there, which it is not.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return false;
  return await clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}
