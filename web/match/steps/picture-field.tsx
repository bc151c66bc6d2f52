import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { Complaint } from "../../identity/entry.tsx";
import { Button } from "../../ui/button.tsx";
import { removePicture, savePicture } from "../api.ts";
import { Face } from "../face.tsx";
import { smallPicture } from "../picture.ts";
import { useFreshStanding } from "../standing.ts";
import { matchAdvice } from "../words.ts";

/** One's picture: chosen, made small here, and sent at once. */
export function PictureField({ name, path }: { name: string; path: string | null }) {
  const input = useRef<HTMLInputElement>(null);
  const freshStanding = useFreshStanding();
  const put = useMutation({
    mutationFn: async (file: File) => await savePicture(await smallPicture(file)),
    onSuccess: freshStanding,
  });
  const remove = useMutation({ mutationFn: removePicture, onSuccess: freshStanding });
  const failed = put.error ?? remove.error;
  return (
    <div className="mt-5">
      <div className="flex items-center gap-4">
        <Face name={name} path={path} className="size-20 text-2xl" />
        <div className="flex flex-wrap gap-2">
          <Button busy={put.isPending} onClick={() => input.current?.click()}>
            {path === null ? "Add a picture" : "Another picture"}
          </Button>
          {path !== null && (
            <Button variant="quiet" busy={remove.isPending} onClick={() => remove.mutate()}>
              Take it away
            </Button>
          )}
        </div>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          aria-label="Picture"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) put.mutate(file);
            event.target.value = "";
          }}
        />
      </div>
      <Complaint>
        {failed instanceof DOMException
          ? "This file is no picture that the browser can read."
          : failed !== null && matchAdvice(failed)}
      </Complaint>
    </div>
  );
}
