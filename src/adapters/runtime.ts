/** The first version of Node.js that runs this, as in package.json. */
export const neededNode = '20.19';
