/**
 * The guides of lib/guides in German, by the English template (guideTemplate). What consoles call things stays as their
 * documents have it.
 */
export const guideTextsDe: ReadonlyMap<string, string> = new Map([
  ["Make the application, SAML first", "Anwendung anlegen, zuerst mit SAML"],
  [
    'Open the application that has SAML SSO with your product. If there is none, choose "New application", "Create your own application", "Integrate any other application you don\'t find in the gallery (Non-gallery)"; then set up "Single sign-on" with "SAML" first.',
    'Öffnen Sie die Anwendung, die SAML-SSO mit Ihrem Produkt hat. Gibt es keine, wählen Sie "New application", "Create your own application", "Integrate any other application you don\'t find in the gallery (Non-gallery)"; richten Sie dann zuerst "Single sign-on" mit "SAML" ein.',
  ],
  ["Connect", "Verbinden"],
  [
    'Newer consoles ask for Tenant URL and Secret Token under "New configuration", and end with "Create".',
    'Neuere Oberflächen fragen Tenant URL und Secret Token unter "New configuration" ab und enden mit "Create".',
  ],
  [
    "An application of Entra's gallery authenticates with OAuth 2.0 client credentials instead. The token endpoint is `{tenantUrl}/oauth/token`, the client identifier `{org}`; `{do:client create}` shows the client secret once.",
    "Eine Anwendung aus dem Entra-Katalog meldet sich stattdessen mit OAuth 2.0 Client Credentials an. Der Token-Endpunkt ist `{tenantUrl}/oauth/token`, die Client-ID `{org}`; `{do:client create}` zeigt das Client Secret einmal.",
  ],
  ['"Test Connection" must report success; then "Save".', '"Test Connection" muss Erfolg melden; dann "Save".'],
  [
    "Add nothing to the Tenant URL: Rollcall takes Entra's patches with and without the flag `aadOptscim062020`.",
    "Ergänzen Sie nichts an der Tenant-URL: Dieser Dienst versteht Änderungen von Entra mit und ohne das Flag `aadOptscim062020`.",
  ],
  ["Or connect without a secret", "Oder ohne Secret verbinden"],
  [
    "Where the console offers workload identity federation, this takes the place of the Secret Token. Entra's gallery takes only this and OAuth 2.0 client credentials.",
    "Wo die Oberfläche Workload Identity Federation anbietet, ersetzt diese das Secret Token. Der Entra-Katalog nimmt nur sie und OAuth 2.0 Client Credentials an.",
  ],
  [
    'Choose "Workload Identity Federation", then "Select Workload Identity". Entra shows "Issuer (iss)", "Subject (sub)" and "Audience (aud)"; the tenant\'s id is in the issuer.',
    'Wählen Sie "Workload Identity Federation", dann "Select Workload Identity". Entra zeigt "Issuer (iss)", "Subject (sub)" und "Audience (aud)"; die ID des Mandanten steht im Issuer.',
  ],
  [
    "Make a trust from these three values: `{do:client create --entra-tenant TENANT_ID --object-id SUBJECT --audience AUDIENCE}`.",
    "Lassen Sie aus diesen drei Werten eine Vertrauensstellung einrichten: `{do:client create --entra-tenant TENANT_ID --object-id SUBJECT --audience AUDIENCE}`.",
  ],
  [
    "From then on you can forbid pasted tokens and client secrets: `{do:org update --set bearerTokens=forbidden --set clientSecrets=forbidden}`.",
    "Danach können Sie eingetragene Tokens und Client Secrets verbieten: `{do:org update --set bearerTokens=forbidden --set clientSecrets=forbidden}`.",
  ],
  [
    "Metadata (RFC 8414) exists only where the Tenant URL begins with a domain of your own, not at an address with a stage in it. Entra does not ask for it.",
    "Metadaten (RFC 8414) gibt es nur, wo die Tenant-URL mit einer eigenen Domain beginnt, nicht an einer Adresse mit einer Stage. Entra fragt nicht danach.",
  ],
  ["Map the users", "Benutzer zuordnen"],
  [
    'Open the `userName` mapping, set "Apply this mapping" to "Only during object creation", and confirm with "Ok".',
    'Öffnen Sie die Zuordnung von `userName`, stellen Sie "Apply this mapping" auf "Only during object creation" und bestätigen Sie mit "Ok".',
  ],
  [
    "`userName` cannot be changed after a user was created: a request that changes it is refused (400 `mutability`), unless it deactivates the user.",
    "`userName` lässt sich nach dem Anlegen nicht ändern: Eine Anfrage, die das versucht, wird abgelehnt (400 `mutability`), es sei denn, sie deaktiviert den Benutzer.",
  ],
  [
    "`userName` may come from `mailNickname` instead; it need not be an e-mail address. Decide before the first cycle.",
    "`userName` darf stattdessen aus `mailNickname` kommen; es muss keine E-Mail-Adresse sein. Entscheiden Sie das vor dem ersten Durchlauf.",
  ],
  [
    'Keep or delete the other default mappings, such as `externalId` from `objectId` or `mailNickname`. "Save".',
    'Behalten oder löschen Sie die übrigen Standardzuordnungen, etwa `externalId` aus `objectId` oder `mailNickname`. "Save".',
  ],
  [
    "Other mappings may stay or go: standard attributes are kept, and Rollcall ignores and logs what it does not know.",
    "Andere Zuordnungen können Sie behalten oder löschen: Standardattribute werden aufbewahrt; was dieser Dienst nicht kennt, übergeht und protokolliert er.",
  ],
  ["Make the e-mail required", "E-Mail-Adresse zur Pflicht machen"],
  ['"Save".', '"Save".'],
  [
    "A user without a work e-mail is refused (400 `invalidValue`): make sure that everybody in scope has one. Where no address has type `work`, the primary or only one counts. A later change without an address keeps the stored one; Rollcall refuses to remove the last address.",
    "Ein Benutzer ohne dienstliche E-Mail-Adresse wird abgelehnt (400 `invalidValue`): Sorgen Sie dafür, dass alle eine haben, die bereitgestellt werden. Hat keine Adresse den Typ `work`, zählt die primäre oder einzige. Eine spätere Änderung ohne Adresse behält die gespeicherte; eine Anfrage, die die letzte Adresse entfernt, wird abgelehnt.",
  ],
  [
    'If the link "Edit attribute list" is missing, open the portal once with `https://portal.azure.com/?Microsoft_AAD_Connect_Provisioning_forceSchemaEditorEnabled=true`.',
    'Fehlt der Link "Edit attribute list", öffnen Sie das Portal einmal mit `https://portal.azure.com/?Microsoft_AAD_Connect_Provisioning_forceSchemaEditorEnabled=true`.',
  ],
  ["Map the groups", "Gruppen zuordnen"],
  [
    '"Save". If you are not ready for groups, set "Enabled" to "No"; users work without them.',
    '"Save". Sind Sie für Gruppen noch nicht bereit, stellen Sie "Enabled" auf "No"; Benutzer funktionieren auch ohne.',
  ],
  [
    "A team's name has at most {limit} characters: rename a longer group before pushing it, otherwise it is refused. Names must be unique within the organization; upper and lower case are the same.",
    "Ein Teamname hat höchstens {limit} Zeichen: Benennen Sie eine Gruppe mit längerem Namen um, bevor Sie sie übertragen, sonst wird sie abgelehnt. Namen müssen innerhalb der Organisation eindeutig sein; Groß- und Kleinschreibung zählt dabei nicht.",
  ],
  [
    "Rollcall leaves out members who are not provisioned users of this organization, and does the rest of the request: assign everybody to the application before pushing a group.",
    "Mitglieder, die keine bereitgestellten Benutzer dieser Organisation sind, werden weggelassen, und der Rest der Anfrage wird ausgeführt: Weisen Sie alle der Anwendung zu, bevor Sie eine Gruppe übertragen.",
  ],
  [
    "If a team keeps only the member that was added last, your tenant sends each new member as a replacement for all others. Let this organization add it instead: `{do:org update --set additiveMembersReplace=true}`.",
    "Behält ein Team nur das zuletzt hinzugefügte Mitglied, so sendet Ihr Mandant jedes neue Mitglied als Ersatz für alle anderen. Lassen Sie diese Organisation es stattdessen hinzufügen: `{do:org update --set additiveMembersReplace=true}`.",
  ],
  ["Choose who is provisioned", "Auswählen, wer bereitgestellt wird"],
  [
    'Assign users and groups under "Users and groups" of the application.',
    'Weisen Sie Benutzer und Gruppen unter "Users and groups" der Anwendung zu.',
  ],
  [
    "Entra sends the direct members of an assigned group; nested groups are not followed.",
    "Entra sendet die direkten Mitglieder einer zugewiesenen Gruppe; die Mitglieder verschachtelter Gruppen sendet Entra nicht.",
  ],
  ["Try one, then start", "Mit einer Person testen, dann starten"],
  [
    '"Provision on demand": choose one assigned user, "Provision". Then one group with up to five of its members.',
    '"Provision on demand": Wählen Sie einen zugewiesenen Benutzer, "Provision". Dann eine Gruppe mit bis zu fünf ihrer Mitglieder.',
  ],
  ['"Save", or "Start provisioning" in newer consoles.', '"Save", in neueren Oberflächen "Start provisioning".'],
  [
    'The first cycle takes longest; later ones run about every 40 minutes. "Provisioning logs" shows each user and group, with Rollcall\'s text for each one that it refused. Unassigned users are deactivated, not deleted.',
    'Der erste Durchlauf dauert am längsten; spätere laufen etwa alle 40 Minuten. "Provisioning logs" zeigt jeden Benutzer und jede Gruppe, mit dem Text dieses Dienstes zu allem, was er abgelehnt hat. Benutzer, deren Zuweisung Sie aufheben, werden deaktiviert, nicht gelöscht.',
  ],
  [
    "This organization lets `userName` change after creation, so its mapping may apply always.",
    "Bei dieser Organisation darf sich `userName` nach dem Anlegen ändern; die Zuordnung darf also immer angewendet werden.",
  ],
  [
    "Other mappings to standard SCIM attributes may stay or go. Delete those to attributes of your own making: this organization's rules refuse what the SCIM schemas do not know.",
    "Andere Zuordnungen zu SCIM-Standardattributen können Sie behalten oder löschen. Löschen Sie Zuordnungen zu Attributen, die Sie selbst erdacht haben: Die Regeln dieser Organisation lehnen ab, was die SCIM-Schemas nicht kennen.",
  ],
  [
    "Rollcall refuses a group change with members who are not provisioned users of this organization (400 `invalidValue`, naming them): assign everybody to the application before pushing a group.",
    "Eine Gruppenänderung mit Mitgliedern, die keine bereitgestellten Benutzer dieser Organisation sind, wird abgelehnt (400 `invalidValue`, mit deren Kennungen): Weisen Sie alle der Anwendung zu, bevor Sie eine Gruppe übertragen.",
  ],
  [
    "This organization takes a `replace` of members as an addition (rule `additiveMembersReplace`), for tenants that send each new member as a replacement for all others.",
    "Diese Organisation versteht ein `replace` von Mitgliedern als Hinzufügen (Regel `additiveMembersReplace`), für Mandanten, die jedes neue Mitglied als Ersatz für alle anderen senden.",
  ],
  [
    "A team's name has at most {limit} characters: rename a longer group before pushing it, otherwise it is refused.",
    "Ein Teamname hat höchstens {limit} Zeichen: Benennen Sie eine Gruppe mit längerem Namen um, bevor Sie sie übertragen, sonst wird sie abgelehnt.",
  ],
  ["Switch SCIM on", "SCIM einschalten"],
  [
    "Use the application that has SAML SSO with your product; OIDC applications cannot do this.",
    "Nehmen Sie die Anwendung, die SAML-SSO mit Ihrem Produkt hat; OIDC-Anwendungen können das nicht.",
  ],
  ['"Save". A tab "Provisioning" appears.', '"Save". Ein Reiter "Provisioning" erscheint.'],
  [
    "If there is no choice `SCIM`, ask Okta support to enable the feature `SCIM_PROVISIONING` for your Okta org.",
    "Gibt es keine Auswahl `SCIM`, bitten Sie den Okta-Support, für Ihre Okta-Organisation die Funktion `SCIM_PROVISIONING` freizuschalten.",
  ],
  ["Send the e-mail in SAML", "Die E-Mail-Adresse in SAML senden"],
  ['"Next", then "Finish".', '"Next", dann "Finish".'],
  [
    "Okta's mode OAuth 2 is the authorization code flow; it has no client credentials for SCIM.",
    "Der Modus OAuth 2 von Okta ist der Authorization Code Flow; Client Credentials für SCIM gibt es dort nicht.",
  ],
  [
    '"Test Connector Configuration" must report success; then "Save".',
    '"Test Connector Configuration" muss Erfolg melden; dann "Save".',
  ],
  [
    "The token works with and without the word `Bearer` before it.",
    "Das Token funktioniert mit und ohne das Wort `Bearer` davor.",
  ],
  ["Let Okta write", "Okta schreiben lassen"],
  [
    'Leave "Sync Password" off: Okta sends a random password with each new user, and Rollcall discards passwords without storing them. Okta deactivates users and never deletes them.',
    'Lassen Sie "Sync Password" aus: Okta sendet mit jedem neuen Benutzer ein zufälliges Passwort, und dieser Dienst verwirft Passwörter, ohne sie zu speichern. Okta deaktiviert Benutzer und löscht sie nie.',
  ],
  ["Map the attributes", "Attribute zuordnen"],
  [
    'Unmap the others if you like. "Save Mappings", "Apply updates".',
    'Heben Sie die übrigen Zuordnungen auf, wenn Sie mögen. "Save Mappings", "Apply updates".',
  ],
  ["Write the username once", "Den Benutzernamen einmal schreiben"],
  ["Assign people", "Personen zuweisen"],
  [
    '"Assign to People" or "Assign to Groups": each assigned person is created, or found by `userName`.',
    '"Assign to People" oder "Assign to Groups": Jede zugewiesene Person wird angelegt oder anhand von `userName` gefunden.',
  ],
  [
    "Unassigning deactivates; assigning again reactivates the same user.",
    "Das Aufheben der Zuweisung deaktiviert; erneutes Zuweisen reaktiviert denselben Benutzer.",
  ],
  ["Push groups", "Gruppen übertragen"],
  [
    '"Find groups by name": search and choose a group. Or "Find groups by rule": give a string that the names (and descriptions) must contain; one rule pushes up to 100 groups.',
    '"Find groups by name": Suchen und wählen Sie eine Gruppe. Oder "Find groups by rule": Geben Sie einen Text an, den die Namen (und Beschreibungen) enthalten müssen; eine Regel überträgt bis zu 100 Gruppen.',
  ],
  [
    '"Save" (for a rule "Create Rule"). The group\'s status must become "Active".',
    '"Save" (bei einer Regel "Create Rule"). Der Status der Gruppe muss "Active" werden.',
  ],
  [
    "Okta advises against using one group both to assign people and to push: make a separate group to push.",
    "Okta rät davon ab, mit derselben Gruppe Personen zuzuweisen und sie zu übertragen: Legen Sie zum Übertragen eine eigene Gruppe an.",
  ],
  ["Or link a group that exists", "Oder eine vorhandene Gruppe verknüpfen"],
  [
    '"Refresh App Groups" reads the groups of Rollcall. Find the Okta group by name, choose "Link Group" instead of "Create Group" under "Match result & push action", and pick the Rollcall group.',
    '"Refresh App Groups" liest die Gruppen dieses Dienstes. Suchen Sie die Okta-Gruppe nach Namen, wählen Sie unter "Match result & push action" statt "Create Group" die Auswahl "Link Group", und dann die Gruppe dieses Dienstes.',
  ],
  [
    "From then on the linked group has exactly the members of the Okta group. Okta never shows teams that your application made itself.",
    "Von da an hat die verknüpfte Gruppe genau die Mitglieder der Okta-Gruppe. Teams, die Ihr Produkt selbst angelegt hat, zeigt Okta nie.",
  ],
  [
    "A pushed group with the name of another pushed group is refused (409): link it instead of creating it.",
    "Eine übertragene Gruppe mit dem Namen einer anderen übertragenen Gruppe wird abgelehnt (409): Verknüpfen Sie sie, statt sie anzulegen.",
  ],
  [
    "This organization takes users without an e-mail address.",
    "Diese Organisation nimmt Benutzer ohne E-Mail-Adresse an.",
  ],
  ["Choose the username", "Benutzernamen wählen"],
  [
    'This organization takes a `replace` of members as an addition, so Okta\'s "Push now" could not remove anybody. Switch this rule off for Okta: `{do:org update --set additiveMembersReplace=false}`.',
    'Diese Organisation versteht ein `replace` von Mitgliedern als Hinzufügen; mit "Push now" könnte Okta also niemanden entfernen. Schalten Sie diese Regel für Okta aus: `{do:org update --set additiveMembersReplace=false}`.',
  ],
  ["Add the application", "Anwendung hinzufügen"],
  [
    'Search for "SCIM Provisioner with SAML (SCIM v2 Core)", give it a display name, "Save".',
    'Suchen Sie nach "SCIM Provisioner with SAML (SCIM v2 Core)", geben Sie der Anwendung einen Anzeigenamen, "Save".',
  ],
  [
    'Under "Configuration" enter the SAML Audience URL and the SAML Consumer URL of your product: SSO comes first.',
    'Tragen Sie unter "Configuration" die SAML Audience URL und die SAML Consumer URL Ihres Produkts ein: Zuerst muss SSO eingerichtet sein.',
  ],
  [
    '"API Connection": "Enable". OneLogin then looks for a user that does not exist, and must report success. "Save".',
    '"API Connection": "Enable". OneLogin sucht dann einen Benutzer, den es nicht gibt, und muss Erfolg melden. "Save".',
  ],
  ["Choose the user name", "Benutzernamen wählen"],
  [
    "OneLogin has no setting to write `userName` only once: if addresses change in your company, choose a source that never changes, such as the user's OneLogin username.",
    "OneLogin hat keine Einstellung, um `userName` nur einmal zu schreiben: Ändern sich bei Ihnen Adressen, wählen Sie eine Quelle, die sich nie ändert, etwa den OneLogin-Benutzernamen.",
  ],
  ["Let OneLogin write", "OneLogin schreiben lassen"],
  [
    "Suspend deactivates, and you can undo it. Delete works too, but a user who is created again is a new one.",
    "Suspend deaktiviert, und Sie können es rückgängig machen. Delete funktioniert auch, doch ein Benutzer, der danach wieder angelegt wird, ist ein neuer.",
  ],
  ["Map roles to teams", "Rollen auf Teams abbilden"],
  [
    '"Parameters": open "Groups" and check "Include in User Provisioning".',
    '"Parameters": Öffnen Sie "Groups" und setzen Sie den Haken bei "Include in User Provisioning".',
  ],
  [
    '"Rules", "Add Rule", one per team: no condition; action "Set Groups in your application", "Map from OneLogin", "For each role" with the value that is the team\'s name.',
    '"Rules", "Add Rule", eine je Team: keine Bedingung; Aktion "Set Groups in your application", "Map from OneLogin", "For each role" mit dem Wert, der dem Namen des Teams entspricht.',
  ],
  [
    '"Users", "Roles", "New Role": a role of the same name, with this application.',
    '"Users", "Roles", "New Role": eine Rolle mit demselben Namen und dieser Anwendung.',
  ],
  ['Choose the roles of this person, "Save User".', 'Wählen Sie die Rollen dieser Person, "Save User".'],
  [
    "Before suspending somebody, take the roles away: that removes them from the teams.",
    "Nehmen Sie jemandem die Rollen weg, bevor Sie ihn sperren: Das entfernt ihn aus den Teams.",
  ],
  ["Know what Google offers", "Was Google anbietet"],
  [
    "Google provisions only apps of its own catalogue; we could not confirm that it provisions to any SCIM address. These steps fit a catalogue app whose setup asks for an endpoint URL. If yours does not, use another identity provider or a script of your own.",
    "Google stellt nur für Anwendungen des eigenen Katalogs bereit; dass Google für beliebige SCIM-Adressen bereitstellt, konnten wir nicht bestätigen. Diese Schritte passen zu einer Anwendung des Katalogs, deren Einrichtung nach einer Endpoint URL fragt. Fragt Ihre nicht danach, nehmen Sie einen anderen Identitätsanbieter oder ein eigenes Skript.",
  ],
  [
    "Google pushes users and no groups: your application then makes the teams itself. Nobody tried this against a live Google tenant; `{do:users}` shows what arrived.",
    "Google überträgt Benutzer und keine Gruppen: Die Teams legt dann Ihr Produkt selbst an. Mit einem echten Google-Konto hat das noch niemand probiert; `{do:users}` zeigt, was angekommen ist.",
  ],
  [
    "You have to be a super administrator. SAML SSO of the app comes first.",
    "Sie müssen Super-Administrator sein. Richten Sie zuerst das SAML-SSO der Anwendung ein.",
  ],
  ['Choose "Continue" after each value.', 'Wählen Sie nach jedem Wert "Continue".'],
  [
    'Map every attribute with an asterisk (*), "Continue". The names on the left differ from app to app.',
    'Ordnen Sie jedes Attribut mit einem Stern (*) zu, "Continue". Die Namen links sind von Anwendung zu Anwendung verschieden.',
  ],
  [
    "Turn the app on for the organizational units or groups whose people you want to provision.",
    "Schalten Sie die Anwendung für die Organisationseinheiten oder Gruppen ein, deren Personen Sie bereitstellen wollen.",
  ],
  [
    "In the wizard, limit provisioning to groups if you like.",
    "Im Assistenten können Sie die Bereitstellung auf Gruppen beschränken.",
  ],
  ["Choose when people lose access, and start", "Auswählen, wann der Zugang endet, und starten"],
  [
    "The other choices (1, 7 or 30 days) leave access open for that long. Google syncs every few hours.",
    "Die anderen Möglichkeiten (1, 7 oder 30 Tage) lassen den Zugang so lange offen. Google gleicht alle paar Stunden ab.",
  ],
  [
    '"Finish", then set autoprovisioning to active.',
    '"Finish", dann die automatische Bereitstellung auf aktiv stellen.',
  ],
  [
    '"View sync log" there shows what Google did; "Download list" has the failures with Rollcall\'s texts.',
    '"View sync log" zeigt dort, was Google getan hat; "Download list" enthält die Fehler mit den Texten dieses Dienstes.',
  ],
  [
    'Open the application that has SAML SSO with your product, or make a "Custom Application" with single sign-on and "Export users to this app (Identity Management)".',
    'Öffnen Sie die Anwendung, die SAML-SSO mit Ihrem Produkt hat, oder legen Sie eine "Custom Application" mit Single Sign-On und "Export users to this app (Identity Management)" an.',
  ],
  [
    '"Test Connection" must report success; then "Activate" and "Save".',
    '"Test Connection" muss Erfolg melden; dann "Activate" und "Save".',
  ],
  [
    "The test makes a user and a group at Rollcall and deletes both again; Rollcall's log shows both. It fails if somebody has the test address.",
    "Der Test legt in diesem Dienst einen Benutzer und eine Gruppe an und löscht beide wieder; dessen Protokoll zeigt beide. Er schlägt fehl, wenn jemand die Testadresse hat.",
  ],
  [
    'Select the groups whose members you want to provision, "Save".',
    'Wählen Sie die Gruppen aus, deren Mitglieder Sie bereitstellen wollen, "Save".',
  ],
  [
    "So settle usernames and addresses at JumpCloud before people are provisioned.",
    "Legen Sie Benutzernamen und Adressen bei JumpCloud also fest, bevor Personen bereitgestellt werden.",
  ],
  ["Groups become teams", "Gruppen werden zu Teams"],
  [
    "Every group that you select here becomes a team, with its members.",
    "Jede Gruppe, die Sie hier auswählen, wird ein Team mit ihren Mitgliedern.",
  ],
  ["your application", "Ihre Anwendung"],
  ["the text below", "der Text unten"],
  ["checked", "Haken gesetzt"],
  ["all unchecked", "keine Haken"],
  ["Required: checked", "Required: Haken gesetzt"],
  ["optional: keep it or delete it", "optional: behalten oder löschen"],
  ["one user", "ein Benutzer"],
  ["the SAML app", "die SAML-Anwendung"],
  ["an address of your domain that no user has", "eine Adresse Ihrer Domain, die kein Benutzer hat"],
]);

/** remedies.json in the order of the English texts, as JSON, which the bundler of the pages puts here. */
declare const PORTAL_REMEDIES_DE: string;

export function remedyTextsDe(): readonly string[] {
  return JSON.parse(PORTAL_REMEDIES_DE);
}
