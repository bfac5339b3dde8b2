// Who belongs to a workspace, and in which role.
import { Person, PersonAdded, PersonInput, PersonPatch, pageOf } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

const listPeople = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/people",
  access: "viewer",
  summary: "People of the workspace",
  shows: pageOf(Person),
  run: async ({ services, params }) => ({ items: await services.identity.people.list(params.workspace), next: null }),
});

const addPerson = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/people",
  access: "admin",
  summary: "Add a person; the answer carries a one-time link for their password",
  body: PersonInput,
  status: 201,
  shows: PersonAdded,
  run: ({ services, params, body, who }) => services.identity.people.add(params.workspace, body, who.actor),
});

const changePerson = defineRoute({
  method: "patch",
  path: "/api/v1/workspaces/{workspace}/people/{id}",
  access: "admin",
  summary: "Give a person another role; the last admin keeps theirs",
  body: PersonPatch,
  shows: Person,
  run: ({ services, params, body, who }) =>
    services.identity.people.patch(params.workspace, params.id, body, who.actor),
});

const removePerson = defineRoute({
  method: "delete",
  path: "/api/v1/workspaces/{workspace}/people/{id}",
  access: "admin",
  summary: "Remove a person from the workspace",
  run: ({ services, params, who }) => services.identity.people.remove(params.workspace, params.id, who.actor),
});

export const peopleRoutes: Route[] = [listPeople, addPerson, changePerson, removePerson];
