/** Bodies that handlers make of text; they are in memory already. */
const made = /^(application\/(problem\+)?json|text\/plain)\b/;

/**
 * Tells how many bytes an answer has: at once where that is known or can be, else when the last of
 * a stream has passed.
 * @returns the answer to send in its place
 */
export async function measureBody(
  response: Response,
  tell: (bytes: number) => void,
): Promise<Response> {
  if (response.body === null) return response;
  const length = response.headers.get("Content-Length");
  if (length !== null && /^\d+$/.test(length)) {
    tell(Number(length));
    return response;
  }
  if (made.test(response.headers.get("Content-Type") ?? "")) {
    const body = await response.arrayBuffer();
    tell(body.byteLength);
    return new Response(body, response);
  }
  return new Response(response.body.pipeThrough(counted(tell)), response);
}

function counted(tell: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      controller.enqueue(chunk);
    },
    flush: () => tell(bytes),
  });
}
