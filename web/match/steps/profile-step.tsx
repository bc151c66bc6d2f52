import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import type { Standing } from "../../../protocol/match/rest-lobby.ts";
import {
  type Profile,
  type PutProfile,
  profileLimits,
  putProfileSchema,
} from "../../../protocol/match/rest-profile.ts";
import { Complaint } from "../../identity/entry.tsx";
import { Button } from "../../ui/button.tsx";
import { useToast } from "../../ui/toast.tsx";
import { saveProfile } from "../api.ts";
import { useFreshStanding } from "../standing.ts";
import { matchAdvice, reasonText } from "../words.ts";
import { StepCard } from "./card.tsx";
import { PictureField } from "./picture-field.tsx";
import { type Draft, ProfileFields } from "./profile-fields.tsx";

type ProfileStepProps = {
  profile: Profile | null;
  /** The account's name, to begin with. */
  name: string;
  warnings: Standing["warnings"];
};

/** What one says of oneself: the least before the first call, and all of it later. */
export function ProfileStep({ profile, name, warnings }: ProfileStepProps) {
  const [draft, setDraft] = useState<Draft>(() => profile ?? emptyDraft(name));
  const [tried, setTried] = useState(false);
  const [, navigate] = useLocation();
  const freshStanding = useFreshStanding();
  const toast = useToast();
  const save = useMutation({
    mutationFn: saveProfile,
    onSuccess: async () => {
      await freshStanding();
      toast("Your profile is saved");
      navigate("/match");
    },
  });
  const checked = putProfileSchema.safeParse(bodyOf(draft));
  const errors = tried && !checked.success ? issuesOf(checked.error.issues) : {};
  const give = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (checked.success) save.mutate(checked.data);
  };
  return (
    <StepCard title={profile === null ? "Who are you?" : "Your profile"}>
      <p className="mt-2 text-muted">Whoever you meet in a call can see it, and nobody else.</p>
      {warnings.map(({ reason, at }) => (
        <p key={at} className="mt-3 rounded-control bg-warn-soft px-4 py-2.5 text-sm">
          You were warned: {reasonText(reason)}
        </p>
      ))}
      {profile !== null && <PictureField name={draft.name} path={profile.picturePath} />}
      <form noValidate onSubmit={give} className="mt-5">
        <ProfileFields
          draft={draft}
          errors={errors}
          onChange={(change) => setDraft((old) => ({ ...old, ...change }))}
          least={profile === null}
        />
        <Button
          type="submit"
          variant="primary"
          busy={save.isPending}
          className="mt-4 w-full sm:w-auto"
        >
          {profile === null ? "Save and go on" : "Save"}
        </Button>
        <Complaint>{save.isError && matchAdvice(save.error)}</Complaint>
      </form>
    </StepCard>
  );
}

function emptyDraft(name: string): Draft {
  const own = new Intl.Locale(navigator.language).language;
  return {
    name: name === "Guest" ? "" : name,
    ageRange: null,
    languages: [own],
    interests: [],
    gender: null,
    bio: "",
    links: [],
  };
}

function bodyOf({ name, ageRange, languages, interests, gender, bio, links }: Draft): unknown {
  return {
    name,
    ageRange,
    languages: [...languages],
    interests: [...interests],
    gender: gender?.trim() ? gender : null,
    bio,
    links: [...links],
  } satisfies Record<keyof PutProfile, unknown>;
}

const words: Readonly<Record<string, string>> = {
  name: "Type a name of at most 40 characters.",
  ageRange: "Choose your age.",
  languages: "Add at least one language.",
  interests: "An interest has 24 characters at most.",
  gender: "24 characters at most.",
  bio: `${profileLimits.bio_length} characters at most.`,
  links: "A link must begin with https://.",
};

function issuesOf(issues: readonly { readonly path: readonly PropertyKey[] }[]) {
  return Object.fromEntries(
    issues.map(({ path: [field = ""] }) => [String(field), words[String(field)]]),
  );
}
