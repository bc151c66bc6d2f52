import type { ComponentProps } from "react";
import { Icon, type IconName } from "./icon.tsx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

const base =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-control px-4 font-medium select-none " +
  "transition-colors duration-100 disabled:opacity-55 aria-disabled:opacity-55";

const looks: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent not-disabled:hover:bg-accent-strong",
  secondary: "border border-edge bg-surface text-ink not-disabled:hover:bg-sunken",
  quiet: "text-ink not-disabled:hover:bg-sunken",
  danger: "border border-bad bg-surface text-bad not-disabled:hover:bg-bad-soft",
};

/** The classes of a button, for a link that looks like one. */
export function buttonClass(variant: ButtonVariant = "secondary", more = ""): string {
  return `${base} ${looks[variant]} ${more}`;
}

type ButtonProps = ComponentProps<"button"> & {
  variant?: ButtonVariant;
  /** Something that this button started is still under way: it stays focusable but does nothing. */
  busy?: boolean;
};

export function Button({ variant, busy = false, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(variant, className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    />
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  icon: IconName;
  /** Said by screen readers and shown on hover. */
  label: string;
  /** The one that people come for. */
  strong?: boolean;
};

export function IconButton({
  icon,
  label,
  strong = false,
  className = "",
  ...rest
}: IconButtonProps) {
  const look = strong
    ? "rounded-full bg-accent text-on-accent not-disabled:hover:bg-accent-strong"
    : "rounded-control text-ink not-disabled:hover:bg-sunken";
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={`grid size-11 shrink-0 place-items-center transition-colors duration-100 disabled:opacity-45 ${look} ${className}`}
    >
      <Icon name={icon} size={22} />
    </button>
  );
}
