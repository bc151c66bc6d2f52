import { lazy, Suspense } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { StatusBadge } from "./home/status.tsx";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { Frame } from "./ui/frame.tsx";
import { PageSkeleton } from "./ui/skeleton.tsx";

const HomePage = lazy(() => import("./home/page.tsx"));
const WatchPage = lazy(() => import("./watch/page.tsx"));
const WatchRoomPage = lazy(() => import("./watch/room-page.tsx"));
const SignInPage = lazy(() => import("./identity/sign-in-page.tsx"));
const SignUpPage = lazy(() => import("./identity/sign-up-page.tsx"));
const ForgotPasswordPage = lazy(() => import("./identity/forgot-page.tsx"));
const ResetPasswordPage = lazy(() => import("./identity/reset-page.tsx"));
const VerifyEmailPage = lazy(() => import("./identity/verify-page.tsx"));
const AccountPage = lazy(() => import("./identity/account-page.tsx"));
const OrganizationPage = lazy(() => import("./identity/organization-page.tsx"));
const InvitationPage = lazy(() => import("./identity/invitation-page.tsx"));
const GamesPage = lazy(() => import("./analytics/games-page.tsx"));
const GamePage = lazy(() => import("./analytics/game-page.tsx"));
const OpsPage = lazy(() => import("./ops/page.tsx"));
const DocsPage = lazy(() => import("./docs/page.tsx"));
const CostPage = lazy(() => import("./cost/page.tsx"));
const MatchPage = lazy(() => import("./match/page.tsx"));
const MatchModerationPage = lazy(() => import("./match/moderation-page.tsx"));
const NotFoundPage = lazy(() => import("./not-found/page.tsx"));

/** Which page stands at which address; each is loaded when somebody first goes there. */
export function App() {
  // What waits for its page's script hears of nothing: so the address comes from outside of it, and
  // whoever goes on before a page has come is not held up by it.
  const [location] = useLocation();
  return (
    <Frame footer={<Footer />}>
      <ErrorBoundary>
        <Suspense fallback={<PageSkeleton />}>
          <Switch location={location}>
            <Route path="/" component={HomePage} />
            <Route path="/watch" component={WatchPage} />
            <Route path="/watch/:id">{({ id }) => <WatchRoomPage key={id} id={id} />}</Route>
            <Route path="/match/moderation" component={MatchModerationPage} />
            <Route path="/match/:part?">{({ part }) => <MatchPage part={part} />}</Route>
            <Route path="/sign-in" component={SignInPage} />
            <Route path="/sign-up" component={SignUpPage} />
            <Route path="/forgot-password" component={ForgotPasswordPage} />
            <Route path="/reset-password" component={ResetPasswordPage} />
            <Route path="/verify-email" component={VerifyEmailPage} />
            <Route path="/account" component={AccountPage} />
            <Route path="/organization/:id">
              {({ id }) => <OrganizationPage key={id} id={id} />}
            </Route>
            <Route path="/invitation/:id">{({ id }) => <InvitationPage key={id} id={id} />}</Route>
            <Route path="/analytics" component={GamesPage} />
            <Route path="/analytics/:id/:part?">
              {({ id, part }) => <GamePage key={id} id={id} part={part} />}
            </Route>
            <Route path="/ops" component={OpsPage} />
            <Route path="/docs" component={DocsPage} />
            <Route path="/cost" component={CostPage} />
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}

function Footer() {
  return (
    <>
      <StatusBadge />
      <Link href="/cost" className="inline-flex min-h-11 items-center hover:text-ink">
        What it costs
      </Link>
      <p>Open source under the MIT licence</p>
    </>
  );
}
