import { ALL_ROUTES, type RoutedFunction } from "../../functions/routes.ts";

/** The same handler for all functions. */
export function oneHandler<H>(handler: H): Readonly<Record<RoutedFunction, H>> {
  // Every function has a route.
  return Object.fromEntries(ALL_ROUTES.map((route) => [route.function, handler])) as Record<RoutedFunction, H>;
}
