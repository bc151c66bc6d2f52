/** Longest side of a picture on a profile, in pixels; nobody sees it larger. */
const side_px_max = 512;
const quality = 0.85;

/**
 * A picture as it is sent: small, upright, and with nothing in it of where and when it was taken.
 * @throws DOMException when the file is no picture that this browser can read
 */
export async function smallPicture(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const scale = Math.min(1, side_px_max / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    // A browser that cannot make the one makes the other.
    return (await encoded(canvas, "image/webp")) ?? (await encodedOrFail(canvas, "image/jpeg"));
  } finally {
    bitmap.close();
  }
}

function encoded(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) =>
    canvas.toBlob((blob) => resolve(blob?.type === type ? blob : null), type, quality),
  );
}

async function encodedOrFail(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  const blob = await encoded(canvas, type);
  if (blob === null) throw new DOMException("the picture could not be encoded", "EncodingError");
  return blob;
}
