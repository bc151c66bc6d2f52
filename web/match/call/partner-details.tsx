import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Card } from "../../../protocol/match/profile-card.ts";
import { Icon } from "../../ui/icon.tsx";
import { useMedia } from "../../ui/use-media.ts";
import { fetchLightProfile } from "../api.ts";
import { languageName, linkText, matchAdvice } from "../words.ts";

/** From here on there is room for the details beside the pictures. */
const wide = "(min-width: 64rem)";
/** A profile is asked for once a call: nobody rewrites theirs in the middle of one. */
const fresh_ms = 60 * 60_000;

/** Who the partner is beyond a name. What needs a request is asked for when it is looked at. */
export function PartnerDetails({ partner }: { partner: Card }) {
  const isWide = useMedia(wide);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? isWide;
  return (
    <details
      open={open}
      onToggle={(event) => {
        const is = event.currentTarget.open;
        if (is !== open) setChosen(is);
      }}
      className="group shrink-0 rounded-card border border-line bg-surface"
    >
      <summary className="flex min-h-11 items-center justify-between gap-2 px-4 font-medium">
        <span className="min-w-0 truncate">About {partner.name}</span>
        <span className="text-muted transition-transform duration-100 group-open:rotate-180">
          <Icon name="chevron" size={18} />
        </span>
      </summary>
      {open && <Details partner={partner} />}
    </details>
  );
}

function Details({ partner }: { partner: Card }) {
  const profile = useQuery({
    queryKey: ["match", "profile", partner.id],
    queryFn: () => fetchLightProfile(partner.id),
    staleTime: fresh_ms,
  });
  const { gender, languages, interests } = partner;
  const facts = [partner.ageRange, gender, languages.map(languageName).join(", ")];
  const { bio = "", links = [] } = profile.data ?? {};
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-56 space-y-2 overflow-y-auto px-4 pb-4 break-words"
    >
      <p>{facts.filter((fact) => fact !== null && fact !== "").join(" · ")}</p>
      {interests.length > 0 && <p>Likes {interests.join(", ")}</p>}
      {bio !== "" && <p className="whitespace-pre-line">{bio}</p>}
      {links.length > 0 && (
        <ul aria-label="Links" className="space-y-1">
          {links.map((href) => (
            <li key={href}>
              <PartnerLink href={href} />
            </li>
          ))}
        </ul>
      )}
      {profile.isPending && <p className="text-muted">Asking for more</p>}
      {profile.isError && <p className="text-muted">{matchAdvice(profile.error)}</p>}
    </div>
  );
}

/** A stranger's link: it shows where it leads, and what it opens learns nothing of this page. */
function PartnerLink({ href }: { href: string }) {
  const text = linkText(href);
  if (text === null) return null;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      referrerPolicy="no-referrer"
      className="inline-flex min-h-8 max-w-full items-center text-accent underline underline-offset-4"
    >
      <span className="truncate">{text}</span>
    </a>
  );
}
