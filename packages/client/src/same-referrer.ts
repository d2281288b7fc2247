/** What has to be said again wherever a Request is sent with an init: that alone sets both back (Fetch §5.4). */
export const sameReferrer = ({ referrer, referrerPolicy }: Request): RequestInit => ({ referrer, referrerPolicy });
