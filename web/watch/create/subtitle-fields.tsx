import { useState } from "react";
import { type Subtitle, subtitleSchema, subtitles_max } from "../../../protocol/watch/source.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";

type Row = { readonly key: number; readonly url: string; readonly lang: string };

/** Subtitles that come with a file, each viewer's to choose. Rows that are not complete count for nothing. */
export function SubtitleFields({ onChange }: { onChange: (lines: readonly Subtitle[]) => void }) {
  const [rows, setRows] = useState<readonly Row[]>([]);
  const change = (next: readonly Row[]) => {
    setRows(next);
    onChange(next.flatMap((row) => subtitleOf(row) ?? []));
  };
  const edit = (key: number, part: Partial<Row>) =>
    change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <div className="mt-3">
      {rows.map((row, index) => (
        <fieldset key={row.key} className="mb-2 grid grid-cols-[1fr_5rem_auto] items-start gap-2">
          <legend className="sr-only">Subtitles {index + 1}</legend>
          <Field
            label="Subtitles (.vtt)"
            placeholder="https://"
            inputMode="url"
            value={row.url}
            onChange={(event) => edit(row.key, { url: event.target.value })}
            error={
              row.url !== "" && !isUrl(row.url) ? "A link that begins with https://." : undefined
            }
          />
          <Field
            label="Language"
            placeholder="en"
            maxLength={20}
            value={row.lang}
            onChange={(event) => edit(row.key, { lang: event.target.value })}
            error={row.lang !== "" && !isLang(row.lang) ? "As in en" : undefined}
          />
          <Button
            variant="quiet"
            aria-label={`Leave out subtitles ${index + 1}`}
            className="mt-6 px-3"
            onClick={() => change(rows.filter(({ key }) => key !== row.key))}
          >
            <Icon name="bin" />
          </Button>
        </fieldset>
      ))}
      {rows.length < subtitles_max && (
        <Button
          variant="quiet"
          className="-ml-3 px-3 text-accent"
          onClick={() =>
            setRows([...rows, { key: (rows.at(-1)?.key ?? 0) + 1, url: "", lang: "" }])
          }
        >
          <Icon name="captions" />
          Add subtitles
        </Button>
      )}
    </div>
  );
}

function isUrl(url: string): boolean {
  return subtitleSchema.shape.url.safeParse(url.trim()).success;
}

function isLang(lang: string): boolean {
  return subtitleSchema.shape.lang.safeParse(lang.trim()).success;
}

function subtitleOf({ url, lang }: Row): Subtitle | undefined {
  const tag = lang.trim();
  if (!isLang(tag)) return undefined;
  return subtitleSchema.safeParse({ url: url.trim(), lang: tag, label: nameOf(tag) }).data;
}

/** What the language calls itself: `Deutsch` for `de`. */
function nameOf(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag)?.slice(0, 40) ?? tag;
  } catch {
    return tag;
  }
}
