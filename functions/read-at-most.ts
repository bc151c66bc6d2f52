/**
 * Reads a body, counting bytes as they arrive, and stops at the limit.
 * @returns the bytes, or undefined when there are more than the limit; none for no body
 */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  bytes_max: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream?.getReader();
  for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > bytes_max) {
      // Nobody waits for the sender to take note.
      reader?.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(read.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
