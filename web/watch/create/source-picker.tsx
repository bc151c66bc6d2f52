import { useId, useMemo, useState } from "react";
import { sampleMedia } from "../../../protocol/watch/media.ts";
import { type Source, type Subtitle, sourceSchema } from "../../../protocol/watch/source.ts";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { type Link, type LinkProblem, linkOf, titleOfFile } from "../players/link.ts";
import { playSourceOf } from "../players/play-source.ts";
import { type Checked, SourcePreview } from "./source-preview.tsx";
import { SubtitleFields } from "./subtitle-fields.tsx";

type SourcePickerProps = {
  /** The video chosen, once it was seen to play; null before. */
  onPick: (source: Source | null) => void;
  /** Somebody tried to go on: what is missing is said. */
  asked: boolean;
};

type Kind = "sample" | "link";

const kinds: readonly { readonly value: Kind; readonly text: string }[] = [
  { value: "sample", text: "A clip from here" },
  { value: "link", text: "A link" },
];

const problems: Readonly<Record<LinkProblem, string>> = {
  empty: "Paste the link to a video.",
  no_link: "That is not a link. It should begin with https://.",
  not_https: "Only links that begin with https:// can be shown.",
  no_video: "That YouTube link leads to no single video.",
  unknown_kind: "Use a link to an .mp4, .webm or .m3u8 file, or to a YouTube video.",
};

/** What to watch: a clip that is here already, a file somewhere, or a YouTube video. */
export function SourcePicker({ onPick, asked }: SourcePickerProps) {
  const name = useId();
  const [kind, setKind] = useState<Kind>("sample");
  const [sample, setSample] = useState(sampleMedia[0]?.id ?? "");
  const choose = (chosen: Kind) => {
    setKind(chosen);
    onPick(chosen === "sample" ? { kind: "sample", id: sample } : null);
  };
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">What to watch</legend>
      <div className="mb-3 grid grid-cols-2 rounded-control border border-edge p-0.5">
        {kinds.map(({ value, text }) => (
          <label
            key={value}
            className="grid min-h-10 cursor-pointer place-items-center rounded-[0.5rem] text-center font-medium text-muted has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={value}
              checked={kind === value}
              onChange={() => choose(value)}
              className="sr-only"
            />
            {text}
          </label>
        ))}
      </div>
      {kind === "sample" ? (
        <Select
          label="Clip"
          value={sample}
          options={sampleMedia.map(({ id, title }) => ({ value: id, text: title }))}
          onChoose={(id) => {
            setSample(id);
            onPick({ kind: "sample", id });
          }}
        />
      ) : (
        <LinkFields onPick={onPick} asked={asked} />
      )}
    </fieldset>
  );
}

function LinkFields({ onPick, asked }: SourcePickerProps) {
  const [text, setText] = useState("");
  const [left, setLeft] = useState(false);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [subtitles, setSubtitles] = useState<readonly Subtitle[]>([]);
  const link = linkOf(text);
  const isLink = typeof link !== "string";
  const address = typeof link === "string" ? "" : "url" in link ? link.url : link.videoId;
  // The player is made anew only when the address is another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the link is made of the address
  const playable = useMemo(() => (isLink ? playSourceOf(bareSource(link)) : undefined), [address]);

  const tell = (result: Checked | null, lines: readonly Subtitle[]) => {
    setChecked(result);
    onPick(isLink && result?.kind === "good" ? sourceFrom(link, result, lines) : null);
  };
  const error = isLink || (!asked && (!left || link === "empty")) ? undefined : problems[link];
  const unseen = asked && isLink && checked === null ? "It is still being looked at." : undefined;
  return (
    <>
      <Field
        label="Link to a video"
        hint="An .mp4, .webm or .m3u8 file, or a YouTube video."
        placeholder="https://"
        inputMode="url"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          tell(null, subtitles);
        }}
        onBlur={() => setLeft(true)}
        error={error ?? unseen}
      />
      {playable !== undefined && (
        <SourcePreview
          key={address}
          source={playable}
          onChecked={(result) => tell(result, subtitles)}
        />
      )}
      {isLink && link.kind === "file" && (
        <SubtitleFields
          onChange={(lines) => {
            setSubtitles(lines);
            tell(checked, lines);
          }}
        />
      )}
    </>
  );
}

function bareSource(link: Link): Source {
  if (link.kind === "youtube") return { ...link, title: "YouTube video" };
  return { ...link, title: titleOfFile(link.url) };
}

/** The source as a room takes it; null should it not fit one. */
function sourceFrom(
  link: Link,
  { duration_ms, title }: Extract<Checked, { kind: "good" }>,
  subtitles: readonly Subtitle[],
): Source | null {
  const bare = bareSource(link);
  const source = {
    ...bare,
    ...(title !== undefined && { title: lineFrom(title) }),
    ...(duration_ms !== undefined && { duration_ms }),
    ...(bare.kind === "file" && subtitles.length > 0 && { subtitles }),
  };
  return sourceSchema.safeParse(source).data ?? null;
}

/** Another site's title as one line of ordinary characters. */
function lineFrom(title: string): string {
  const line = title.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, " ").trim();
  return line.slice(0, 120).trim() || "YouTube video";
}
