/** Of a rule: its title, and what each of its values means for the organization. */
export const settingsTexts = {
  settings: {
    intro: "These rules say which requests of your identity provider are accepted, changed or refused.",
    preset: "Based on the preset “{preset}”.",
    yours: "You can change these",
    left: "Left to your organization",
    providers: "The provider of your product sets these",
    providersText: "Ask the provider of your product if one of them does not fit.",
    noneYours: "The provider of your product has not left any rule to your organization.",
    readOnly: "In this session you can only look. Ask for a link that allows changes.",
    change: "Change",
    changeOf: "Change: {rule}",
    value: "How it should be",
    characters: "Characters",
    charactersProblem: "A whole number from {least} to {most}.",
    afterwards: "Then: {effect}",
    default: "Default: {effect}",
    save: "Save",
    backToDefault: "Back to the default",
    saved: "Saved: {effect}",
    rules: {
      userNameMutability: {
        title: "Changing user names",
        immutable:
          "A user keeps the user name it was created with. A request that changes it is refused, unless it deactivates the user.",
        readWrite: "A user name may change later, as your identity provider says.",
      },
      workEmailRequired: {
        title: "Work e-mail address",
        true: "Every user needs a work e-mail address. Without one, a user is not created.",
        false: "Users may come without an e-mail address.",
      },
      teamNameMaxLength: {
        title: "Length of group names",
        length: {
          one: "Group names may have {n} character. Longer ones are refused.",
          other: "Group names may have up to {n} characters. Longer ones are refused.",
        },
      },
      groupNameUnique: {
        title: "Groups of the same name",
        true: "Each group has a name of its own; upper and lower case count as the same. A second group of the same name is refused.",
        false: "Several groups may have the same name.",
      },
      liveTokens: {
        title: "Tokens at the same time",
        one: "One token works at a time. During a rotation the earlier one works beside it for a while.",
        many: "Several tokens may work at the same time.",
      },
      unknownMembers: {
        title: "Group members who were not provisioned",
        skip: "They are left out of the group, and the rest of the request is carried out. Activity shows how many.",
        refuse: "The change of the group is refused until everybody in it was provisioned.",
      },
      additiveMembersReplace: {
        title: "Replacing the members of a group",
        true: "When your identity provider replaces the members, those it sends are added and nobody is removed. An empty list still removes everybody.",
        false: "When your identity provider replaces the members, the group has exactly those it sends.",
      },
      replaceWithoutTarget: {
        title: "Replacing a value that is not there",
        create: "The value is created, such as a phone number that a user did not have yet.",
        refuse: "The change is refused.",
      },
      unknownAttributes: {
        title: "Unknown attributes",
        ignore: "Attributes that are in no schema are ignored, and everything else is stored.",
        refuse: "A user or group with an attribute that is in no schema is refused.",
      },
      unknownPaths: {
        title: "Changes of unknown attributes",
        ignore: "A change of an attribute that is in no schema is ignored, and the other changes are carried out.",
        refuse: "A request that changes an attribute that is in no schema is refused.",
      },
      groupPatchAnswer: {
        title: "Answer to a change of a group",
        204: "The answer to a change of a group is short, without content.",
        200: "The answer to a change of a group is the whole group.",
      },
      membersOmittedInPut: {
        title: "Groups that are sent without members",
        clear: "A group that is sent as a whole and without members has no members afterwards.",
        keep: "A group that is sent as a whole and without members keeps those it had.",
      },
      schemasRequired: {
        title: "Requests that name no schema",
        true: "Requests that do not name their schemas are refused, except changes by PATCH.",
        false: "Requests that do not name their schemas are accepted: the address says what is meant.",
      },
      activeNullOnCreate: {
        title: "New users without a state",
        default: "A new user whose “active” is sent empty is active.",
        unassign: "A new user whose “active” is sent empty has no state, and so no access.",
      },
      activeUnassign: {
        title: "Emptying a user's state",
        refuse: "A change that empties “active” is refused: true or false has to be sent.",
        allow: "A change that empties “active” is carried out, and the user has no access then.",
      },
      readOnlyPaths: {
        title: "Changes of read-only attributes",
        ignore: "A change of a read-only attribute is ignored, and the other changes are carried out.",
        refuse: "A request that changes a read-only attribute is refused.",
      },
      jsonTextValue: {
        title: "Changes that are sent as a text",
        parse: "Changes that are packed into a text are understood.",
        refuse: "Changes that are packed into a text are refused.",
      },
      passwordListed: {
        title: "Password among the attributes",
        true: "The list of attributes has “password”. Passwords that are sent are never stored.",
        false: "The list of attributes has no “password”. Passwords that are sent are never stored.",
      },
      adoption: {
        title: "Users who were in your product before",
        off: "Users that your product made itself stay apart from those of your identity provider.",
        userName:
          "When your identity provider creates a user with the same user name, it takes over the user that your product made.",
        email:
          "When your identity provider creates a user with the same e-mail address, it takes over the user that your product made.",
      },
      bearerTokens: {
        title: "Tokens that are pasted into the identity provider",
        allowed: "Your identity provider may present a token that you pasted into it.",
        forbidden: "Pasted tokens are refused: your identity provider gets short-lived ones itself.",
      },
      clientSecrets: {
        title: "Client secrets",
        allowed: "Your identity provider may get short-lived tokens with a client secret.",
        forbidden: "Client secrets are refused: your identity provider proves who it is with a signed statement.",
      },
      massChange: {
        title: "Unusually many deletions",
        tell: "They are carried out, and the provider of your product learns of it.",
        hold: "Beyond a certain share they are held until the provider of your product releases them. Deactivations are never held.",
      },
      unknownRoles: {
        title: "Roles that the product does not know",
        ignore: "They are stored and give nobody anything.",
        refuse: "A user with such a role is refused. If the product has no roles, every role is unknown.",
      },
    },
  },
} as const;
