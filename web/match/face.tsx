/** Somebody's picture, or the first letter of their name. */
export function Face({
  name,
  path,
  className = "size-12 text-lg",
}: {
  name: string;
  path: string | null;
  className?: string;
}) {
  const shape = `shrink-0 rounded-full ${className}`;
  if (path !== null) return <img src={path} alt="" className={`${shape} object-cover`} />;
  return (
    <span
      aria-hidden="true"
      className={`grid place-items-center bg-accent-soft font-semibold text-accent ${shape}`}
    >
      {[...name][0]?.toUpperCase()}
    </span>
  );
}
