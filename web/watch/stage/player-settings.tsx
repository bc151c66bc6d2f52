import { Dialog } from "../../ui/dialog.tsx";
import { Select } from "../../ui/select.tsx";
import type { SubtitleSource } from "../players/source.ts";

const rates = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

type PlayerSettingsProps = {
  open: boolean;
  onClose: () => void;
  rate: number;
  mayControl: boolean;
  subtitles: readonly SubtitleSource[];
  /** Index of the subtitles shown, or null. */
  shown: number | null;
  /** The player shows its own captions, which are chosen elsewhere. */
  ownCaptions: boolean;
  onRate: (rate: number) => void;
  onSubtitles: (index: number | null) => void;
};

/** What is set seldom: the speed, for everybody, and the subtitles, for oneself. */
export function PlayerSettings(props: PlayerSettingsProps) {
  const { open, onClose, rate, mayControl, subtitles, shown, ownCaptions } = props;
  const offered = rates.includes(rate) ? rates : [...rates, rate].sort((a, b) => a - b);
  return (
    <Dialog open={open} title="Speed and subtitles" onClose={onClose}>
      <div className="flex flex-col gap-4">
        <div>
          <Select
            label="Speed, for everybody"
            value={String(rate)}
            disabled={!mayControl}
            options={offered.map((each) => ({ value: String(each), text: `${each}×` }))}
            onChoose={(chosen) => props.onRate(Number(chosen))}
          />
          {!mayControl && (
            <p className="mt-1 text-sm text-muted">You may not control the video in this room.</p>
          )}
        </div>
        <div>
          <Select
            label="Subtitles, for you"
            value={shown === null ? "off" : String(shown)}
            disabled={subtitles.length === 0}
            options={[
              { value: "off", text: "Off" },
              ...subtitles.map(({ label }, index) => ({ value: String(index), text: label })),
            ]}
            onChoose={(chosen) => props.onSubtitles(chosen === "off" ? null : Number(chosen))}
          />
          {subtitles.length === 0 && (
            <p className="mt-1 text-sm text-muted">
              {ownCaptions
                ? "YouTube shows its captions as you have set them there."
                : "This video comes without subtitles."}
            </p>
          )}
        </div>
      </div>
    </Dialog>
  );
}
