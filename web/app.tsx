import { Link, Route, Switch } from "wouter";
import { StatusBadge } from "./home/status.tsx";
import { pages } from "./pages.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { Frame } from "./ui/frame.tsx";
import { later } from "./ui/later.tsx";
import { PageSkeleton } from "./ui/skeleton.tsx";

const HomePage = later(pages.home.script, PageSkeleton);
const WatchPage = later(pages.watch.script, PageSkeleton);
const WatchRoomPage = later(pages.watchRoom.script, PageSkeleton);
const SignInPage = later(pages.signIn.script, PageSkeleton);
const SignUpPage = later(pages.signUp.script, PageSkeleton);
const ForgotPasswordPage = later(pages.forgotPassword.script, PageSkeleton);
const ResetPasswordPage = later(pages.resetPassword.script, PageSkeleton);
const VerifyEmailPage = later(pages.verifyEmail.script, PageSkeleton);
const AccountPage = later(pages.account.script, PageSkeleton);
const OrganizationPage = later(pages.organization.script, PageSkeleton);
const InvitationPage = later(pages.invitation.script, PageSkeleton);
const GamesPage = later(pages.games.script, PageSkeleton);
const GamePage = later(pages.game.script, PageSkeleton);
const OpsPage = later(pages.ops.script, PageSkeleton);
const DocsPage = later(pages.docs.script, PageSkeleton);
const CostPage = later(pages.cost.script, PageSkeleton);
const MatchPage = later(pages.match.script, PageSkeleton);
const MatchModerationPage = later(pages.matchModeration.script, PageSkeleton);
const NotFoundPage = later(pages.notFound.script, PageSkeleton);

/** Which page stands at which address; each is loaded when somebody first goes there. */
export function App() {
  return (
    <Frame footer={<Footer />}>
      <ErrorBoundary>
        <Switch>
          <Route path={pages.home.path} component={HomePage} />
          <Route path={pages.watch.path} component={WatchPage} />
          <Route path={pages.watchRoom.path}>
            {({ id }) => <WatchRoomPage key={id} id={id} />}
          </Route>
          <Route path={pages.matchModeration.path} component={MatchModerationPage} />
          <Route path={pages.match.path}>{({ part }) => <MatchPage part={part} />}</Route>
          <Route path={pages.signIn.path} component={SignInPage} />
          <Route path={pages.signUp.path} component={SignUpPage} />
          <Route path={pages.forgotPassword.path} component={ForgotPasswordPage} />
          <Route path={pages.resetPassword.path} component={ResetPasswordPage} />
          <Route path={pages.verifyEmail.path} component={VerifyEmailPage} />
          <Route path={pages.account.path} component={AccountPage} />
          <Route path={pages.organization.path}>
            {({ id }) => <OrganizationPage key={id} id={id} />}
          </Route>
          <Route path={pages.invitation.path}>
            {({ id }) => <InvitationPage key={id} id={id} />}
          </Route>
          <Route path={pages.games.path} component={GamesPage} />
          <Route path={pages.game.path}>
            {({ id, part }) => <GamePage key={id} id={id} part={part} />}
          </Route>
          <Route path={pages.ops.path} component={OpsPage} />
          <Route path={pages.docs.path} component={DocsPage} />
          <Route path={pages.cost.path} component={CostPage} />
          <Route component={NotFoundPage} />
        </Switch>
      </ErrorBoundary>
    </Frame>
  );
}

function Footer() {
  return (
    <>
      <StatusBadge />
      <Link
        href="/analytics"
        className="inline-flex min-h-11 items-center hover:text-ink sm:hidden"
      >
        Analytics
      </Link>
      <Link href="/cost" className="inline-flex min-h-11 items-center hover:text-ink">
        What it costs
      </Link>
      <p>Open source under the MIT licence</p>
    </>
  );
}
