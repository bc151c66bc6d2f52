/**
 * Holds the place of something on its way, in its size, so that nothing jumps when it comes.
 * @param className the size: `h-4 w-40`, `aspect-video`
 */
export function Skeleton({ className }: { className: string }) {
  return (
    <div
      aria-hidden="true"
      className={`motion-safe:animate-breathe rounded-control bg-sunken ${className}`}
    />
  );
}

/** The skeleton of a whole page while its code loads. */
export function PageSkeleton() {
  return (
    <main id="main" aria-busy="true" className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 sm:px-6">
      <p className="sr-only" role="status">
        Loading
      </p>
      <Skeleton className="h-9 w-72 max-w-full" />
      <Skeleton className="mt-4 h-4 w-full max-w-xl" />
      <Skeleton className="mt-8 h-80 w-full rounded-card" />
    </main>
  );
}
