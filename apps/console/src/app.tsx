// What every page stands on: theme, questions to the API, addresses. Without a session every question leads to sign-in.
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ApiProblem } from "./api/problem.ts";
import { router } from "./routes.tsx";
import { theme } from "./theme/theme.ts";

/** A question that was refused is not asked again; one that got no answer is, twice. */
function retry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500);
}

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ApiProblem && error.status === 401) void router.navigate({ to: "/sign-in" });
    },
  }),
  defaultOptions: { queries: { retry, staleTime: 2000, refetchOnWindowFocus: true } },
});

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} context={{ queries }} />
        <Notifications position="bottom-left" limit={3} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
