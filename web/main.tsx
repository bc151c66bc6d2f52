import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isWorthRetrying } from "./api/problem.ts";
import { App } from "./app.tsx";
import { ToastProvider } from "./ui/toast.tsx";
import "./ui/tokens.css";

const retries_max = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < retries_max && isWorthRetrying(error),
      staleTime: 30_000,
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html lacks its #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ToastProvider>
        <App />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
