import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";

const shown_ms = 4_000;
const toasts_max = 3;

type Toast = { readonly id: number; readonly text: string };
type ShowToast = (text: string) => void;

const ToastContext = createContext<ShowToast>(() => {});

/** Shows a short line that nobody has to answer: it goes by itself, and screen readers say it. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(0);
  const show = useCallback((text: string) => {
    const id = nextId.current++;
    // The same words twice would only flicker; the newest few are enough for anybody.
    setToasts((old) =>
      [...old.filter((toast) => toast.text !== text), { id, text }].slice(-toasts_max),
    );
    setTimeout(() => setToasts((old) => old.filter((toast) => toast.id !== id)), shown_ms);
  }, []);
  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2"
      >
        {toasts.map((toast) => (
          <p
            key={toast.id}
            className="rounded-control bg-ink px-4 py-2.5 text-sm font-medium text-canvas shadow-float"
          >
            {toast.text}
          </p>
        ))}
      </div>
    </ToastContext>
  );
}
