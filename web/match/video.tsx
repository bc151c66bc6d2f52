import { type ComponentProps, useEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";

type VideoProps = Omit<ComponentProps<"video">, "src"> & { stream: MediaStream | null };

/** A stream, playing. Where the browser wants a tap before it lets anything sound, it asks for one. */
export function Video({ stream, ...rest }: VideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [held, setHeld] = useState(false);
  const play = () => {
    video.current?.play().then(
      () => setHeld(false),
      (error: unknown) =>
        setHeld(error instanceof DOMException && error.name === "NotAllowedError"),
    );
  };
  useEffect(() => {
    if (video.current === null) return;
    video.current.srcObject = stream;
    if (stream !== null)
      video.current.play().catch((error: unknown) => {
        setHeld(error instanceof DOMException && error.name === "NotAllowedError");
      });
  }, [stream]);
  return (
    <>
      <video ref={video} playsInline {...rest} />
      {held && (
        <Button variant="primary" className="absolute inset-0 z-10 m-auto h-12 w-48" onClick={play}>
          Tap for sound
        </Button>
      )}
    </>
  );
}
