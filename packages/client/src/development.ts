/**
 * Whether this is the development build, the one behind the export condition `development`: `true` here and there, `false` in
 * every other build, where what stands behind it is left out.
 */
export const development: boolean = true;
