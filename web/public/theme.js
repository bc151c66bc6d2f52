// Runs before the first paint, in a file of its own because the content security policy allows no
// inline script. Without a stored choice the page follows the system (see ui/theme.ts).
try {
  const theme = localStorage.getItem("offrail:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; then the system's choice stands.
}
