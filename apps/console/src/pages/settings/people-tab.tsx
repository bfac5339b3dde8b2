// Who works here, and in which role.
import { Button, Select } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { patchPerson } from "../../api/acts.ts";
import { peopleQuery } from "../../api/reads.ts";
import type { Person, Role } from "../../api/types.ts";
import { day } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Answer } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import table from "../../parts/table.module.css";
import { useUndo } from "../../parts/undo.tsx";
import { AddPerson } from "./add-person.tsx";
import { RemovePerson } from "./remove-person.tsx";
import { roles } from "./roles.ts";
import styles from "./settings.module.css";

type Props = { workspace: string; admin: boolean };

function useRoleChange(workspace: string): (person: Person, role: Role) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { did, failed } = useUndo();
  const refresh = () => client.invalidateQueries({ queryKey: peopleQuery(workspace).queryKey });
  return (person, role) => {
    const back = async () => {
      await patchPerson(workspace, person.id, person.role);
      await refresh();
    };
    patchPerson(workspace, person.id, role).then(() => {
      void refresh();
      did({ said: t("settings.people.changed", { name: person.name, role: t(`settings.role.${role}`) }), undo: back });
    }, failed);
  };
}

function PersonRow({ person, workspace, admin }: { person: Person } & Props) {
  const { t } = useTranslation();
  const change = useRoleChange(workspace);
  const [removing, setRemoving] = useState(false);
  return (
    <tr>
      <td className={table.strong}>{person.name}</td>
      <td className={table.quiet}>{person.email}</td>
      <td>
        {admin ? (
          <Select
            variant="unstyled"
            size="xs"
            aria-label={t("settings.people.role")}
            data={roles.map((role) => ({ value: role, label: t(`settings.role.${role}`) }))}
            value={person.role}
            onChange={(role) => role && change(person, role as Role)}
            className={styles.roleSelect}
          />
        ) : (
          t(`settings.role.${person.role}`)
        )}
      </td>
      <td className={table.quiet}>{day(person.added_at)}</td>
      <td className={table.figure}>
        {admin && (
          <Button variant="subtle" onClick={() => setRemoving(true)}>
            {t("settings.people.remove")}
          </Button>
        )}
        {removing && <RemovePerson person={person} workspace={workspace} onClose={() => setRemoving(false)} />}
      </td>
    </tr>
  );
}

export function PeopleTab({ workspace, admin }: Props) {
  const { t } = useTranslation();
  const people = useQuery(peopleQuery(workspace));
  const [adding, setAdding] = useState(false);
  if (people.error && !people.data) return <ProblemNote error={people.error} onRetry={() => void people.refetch()} />;
  if (!people.data) return <Reading />;
  return (
    <>
      <Answer title={t("settings.people.answer", { count: people.data.length })} />
      <Card flush>
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>{t("settings.people.name")}</th>
                <th>{t("settings.people.email")}</th>
                <th>{t("settings.people.role")}</th>
                <th>{t("settings.people.since")}</th>
                <th aria-hidden />
              </tr>
            </thead>
            <tbody>
              {people.data.map((person) => (
                <PersonRow key={person.id} person={person} workspace={workspace} admin={admin} />
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      {admin && (
        <div>
          <Act keys="c" label={t("settings.people.add")} onRun={() => setAdding(true)} />
        </div>
      )}
      {adding && <AddPerson workspace={workspace} onClose={() => setAdding(false)} />}
    </>
  );
}
