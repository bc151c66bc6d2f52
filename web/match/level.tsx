import { useEffect, useRef } from "react";

/** How loud the microphone hears, as a bar; a moving bar says that it works. */
export function Level({ stream }: { stream: MediaStream | null }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (stream === null || stream.getAudioTracks().length === 0) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    let shown = 0;
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // From -60 dB to 0 dB; it rises at once and falls slowly, as meters do.
      const level = Math.min(1, Math.max(0, 1 + Math.log10(power + 1e-12) / 6));
      shown = Math.max(level, shown * 0.92);
      bar.current?.style.setProperty("transform", `scaleX(${shown.toFixed(3)})`);
      frame = requestAnimationFrame(look);
    };
    look();
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [stream]);
  return (
    <div aria-hidden="true" className="h-2 overflow-hidden rounded-full bg-sunken">
      <div ref={bar} className="h-full w-full origin-left scale-x-0 rounded-full bg-good" />
    </div>
  );
}
