import { Icon, type IconName } from "../../ui/icon.tsx";
import type { MediaSnapshot } from "../local-media.ts";
import type { CallActions } from "./shortcuts.tsx";

type ControlsProps = { mine: MediaSnapshot; actions: CallActions };

/** What can be done in a call, the same on a phone and on a desktop. */
export function Controls({ mine: { muted, cameraOff }, actions }: ControlsProps) {
  return (
    <div role="toolbar" aria-label="Call" className="mt-3 flex flex-wrap justify-center gap-2">
      <Control
        icon={muted ? "micOff" : "mic"}
        label={muted ? "Unmute" : "Mute"}
        pressed={muted}
        onClick={actions.toggleMuted}
      />
      <Control
        icon={cameraOff ? "cameraOff" : "camera"}
        label={cameraOff ? "Camera on" : "Camera off"}
        pressed={cameraOff}
        onClick={actions.toggleCamera}
      />
      <Control icon="next" label="Next" look="strong" onClick={actions.next} />
      <Control icon="hangUp" label="Hang up" look="bad" onClick={actions.hangUp} />
      <Control icon="flag" label="Report" onClick={actions.report} />
      <Control icon="block" label="Block" onClick={actions.block} />
      <Control icon="keyboard" label="Keys" look="desktop" onClick={actions.showHelp} />
    </div>
  );
}

const looks = {
  plain: "border border-edge bg-surface text-ink hover:bg-sunken",
  desktop: "border border-edge bg-surface text-ink hover:bg-sunken max-lg:hidden",
  strong: "bg-accent text-on-accent hover:bg-accent-strong",
  bad: "border border-bad bg-surface text-bad hover:bg-bad-soft",
} as const;

type ControlProps = {
  icon: IconName;
  label: string;
  look?: keyof typeof looks;
  pressed?: boolean;
  onClick: () => void;
};

function Control({ icon, label, look = "plain", pressed, onClick }: ControlProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={`grid min-h-14 w-[5.25rem] justify-items-center gap-0.5 rounded-control px-1 py-1.5 text-xs font-medium transition-colors duration-100 max-sm:w-[calc((100%-1rem)/3)] ${pressed ? "border border-warn bg-warn-soft text-ink" : looks[look]}`}
    >
      <Icon name={icon} size={22} />
      {label}
    </button>
  );
}
