/** British English.  Words of the house: space, channel, room, box, people; see visual/README.md, “Words”. */
export const en = {
  app: {
    name: 'Hearth',
  },
};
