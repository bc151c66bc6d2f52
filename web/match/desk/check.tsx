import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import { Level } from "../level.tsx";
import type { LocalMedia, MediaKind, MediaSnapshot } from "../local-media.ts";
import { useStore } from "../use-store.ts";
import { Video } from "../video.tsx";
import { mediaAdvice } from "../words.ts";

/** One's own picture and sound, before anybody else sees and hears them. */
export function Check({ media }: { media: LocalMedia }) {
  const snapshot = useStore(media);
  const { state, stream, trouble } = snapshot;
  return (
    <section aria-label="Camera and microphone" className="min-w-0">
      <div className="relative grid aspect-[4/3] place-items-center overflow-hidden rounded-card bg-screen text-on-screen sm:aspect-video">
        {state === "on" ? (
          <Video
            stream={stream}
            muted
            aria-label="Your own picture"
            className="absolute inset-0 size-full -scale-x-100 object-cover"
          />
        ) : (
          <Ask media={media} snapshot={snapshot} />
        )}
      </div>
      {state === "on" && trouble !== null && (
        <p role="alert" className="mt-3 rounded-control bg-warn-soft px-4 py-2.5 text-sm">
          {mediaAdvice[trouble].title}. {mediaAdvice[trouble].text}
        </p>
      )}
      <div className="mt-3 min-h-24">
        {state === "on" && <Devices media={media} snapshot={snapshot} />}
      </div>
    </section>
  );
}

function Ask({ media, snapshot }: { media: LocalMedia; snapshot: MediaSnapshot }) {
  const { state, trouble } = snapshot;
  const advice = trouble && mediaAdvice[trouble];
  return (
    <div className="max-w-md px-6 text-center">
      <p role={advice ? "alert" : undefined} className="text-lg font-semibold">
        {advice?.title ?? "First, your camera and microphone"}
      </p>
      <p className="mt-1 mb-5">
        {advice?.text ?? "See and hear yourself here. Nobody else does before you are in a call."}
      </p>
      <Button variant="primary" busy={state === "asking"} onClick={() => void media.start()}>
        {state === "asking" ? "Waiting for the browser" : advice ? "Try again" : "Switch them on"}
      </Button>
    </div>
  );
}

function Devices({ media, snapshot }: { media: LocalMedia; snapshot: MediaSnapshot }) {
  const { stream, cameras, microphones } = snapshot;
  const pick = (kind: MediaKind) => (id: string) => void media.choose(kind, id);
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <DevicePicker
        label="Camera"
        devices={cameras}
        track={stream?.getVideoTracks()[0]}
        onPick={pick("video")}
      />
      <div>
        <DevicePicker
          label="Microphone"
          devices={microphones}
          track={stream?.getAudioTracks()[0]}
          onPick={pick("audio")}
        />
        <div className="mt-2.5">
          <Level stream={stream} />
        </div>
      </div>
    </div>
  );
}

type DevicePickerProps = {
  label: string;
  devices: readonly MediaDeviceInfo[];
  track: MediaStreamTrack | undefined;
  onPick: (deviceId: string) => void;
};

function DevicePicker({ label, devices, track, onPick }: DevicePickerProps) {
  const options = devices.map(({ deviceId, label: name }, index) => ({
    value: deviceId,
    text: name || `${label} ${index + 1}`,
  }));
  if (track === undefined)
    return <p className="text-sm text-muted">No {label.toLowerCase()}: the call goes without.</p>;
  return (
    <Select
      label={label}
      value={track.getSettings().deviceId ?? ""}
      options={options}
      onChoose={onPick}
    />
  );
}
