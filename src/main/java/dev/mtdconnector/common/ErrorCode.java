package dev.mtdconnector.common;

import java.util.Optional;

/**
 * Every error that leaves the product, by its stable code: clients decide by the code, people read title and remedy.
 *
 * <p>{@code docs/errors.md} is checked against this list. A code is never given another meaning.
 */
public enum ErrorCode {
    REQUEST_INVALID(
            "request.invalid",
            400,
            "The request is not valid",
            "Correct the fields named in errors and send the request again."),
    REQUEST_LENGTH_REQUIRED(
            "request.length-required",
            411,
            "The request needs a Content-Length",
            "Send the body with a Content-Length: a body sent in chunks does not reach the connector."),
    REQUEST_TOO_LARGE(
            "request.too-large",
            413,
            "The request body is too large",
            "Send at most 1 MiB; split a larger body into several requests."),
    REQUEST_MEDIA_TYPE(
            "request.media-type",
            415,
            "The body's media type is not supported",
            "Send the media type that the API description names for this route."),
    ROUTE_UNKNOWN(
            "route.unknown", 404, "There is nothing at this address", "Check the address against the API description."),
    METHOD_NOT_ALLOWED(
            "route.method",
            405,
            "This address does not accept the method",
            "Use one of the methods that the Allow header names."),
    IDENTITY_REQUIRED(
            "identity.required",
            401,
            "The caller could not be identified",
            "Send a valid key or token in the Authorization header, after the word Bearer."),
    IDENTITY_FORBIDDEN(
            "identity.forbidden",
            403,
            "This identity is not allowed to do that",
            "Use a key of the kind that the API description names for this route."),
    SIGN_IN_EXPIRED(
            "signin.expired",
            400,
            "This sign-in cannot be finished",
            "Start again from the sign-in page: it was finished already, took too long, or began in another browser."),
    SIGN_IN_DECLINED(
            "signin.declined", 403, "Microsoft did not sign you in", "Sign in again, or ask your administrator."),
    SIGN_IN_NOT_AUTHORIZED(
            "signin.not-authorized",
            403,
            "You are not authorized to access the service",
            "Ask your administrator to add you to one of the connector's access groups in Microsoft Entra ID."),
    SIGN_IN_NOT_CONSENTED(
            "signin.not-consented",
            403,
            "Your organization has not consented to the connector",
            "A Global Administrator of your organization opens the consent link and accepts; then sign in again."),
    FORM_FOREIGN(
            "form.foreign",
            403,
            "The request did not come from a page of the connector",
            "Open the page again and repeat what you did there."),
    TOO_MANY_REQUESTS("request.too-many", 429, "Too many requests", "Wait for the seconds that Retry-After names."),
    EVENTS_FULL(
            "events.full",
            429,
            "Too many events wait for devices that are not known",
            "See GET /api/v1/parked-events: enroll these devices, have the feed name their Entra device ids, or tie or discard"
                    + " what waits; then send the events again."),
    EVENTS_GUID_UNKNOWN(
            "events.guid-unknown",
            404,
            "Nothing is known of this vendor guid",
            "Take the guid from GET /api/v1/parked-events, or from the feed's console."),
    TENANT_UNKNOWN(
            "tenant.unknown", 404, "There is no such tenant", "Check the directory id, or onboard the tenant first."),
    TENANT_EXISTS(
            "tenant.exists",
            409,
            "This directory is onboarded already",
            "Use the existing tenant; a lost key is replaced by creating another."),
    TENANT_SUSPENDED(
            "tenant.suspended", 403, "This organization's access is suspended", "Ask the operator of the connector."),
    TENANT_OFFBOARDED(
            "tenant.offboarded",
            409,
            "This organization has been offboarded",
            "Restore it, or wait until its data is deleted and onboard it anew."),
    ENTERPRISE_TAKEN(
            "tenant.enterprise-taken",
            409,
            "This enterprise is tied to another organization",
            "Use the enterprise that the threat feed names in this organization's events."),
    ACCESS_GROUP_MISSING(
            "tenant.access-group-missing",
            404,
            "An access group is not a security group of the directory",
            "Let the operator change the access groups to security groups of the organization's directory."),
    CONSENT_REQUIRED(
            "consent.required",
            409,
            "The tenant has not granted the connector what it needs",
            "Let a Global Administrator open the consent link and accept."),
    CONNECTOR_EXISTS(
            "connector.exists", 409, "The connector exists already", "Change it with the PUT requests of its parts."),
    CONNECTOR_UNKNOWN("connector.unknown", 404, "There is no connector yet", "Create the connector first."),
    DEVICE_UNKNOWN(
            "device.unknown",
            404,
            "This device is not known",
            "Add the device's user to an enrollment group and wait for one poll interval."),
    DEVICE_OUT_OF_SCOPE(
            "device.out-of-scope",
            409,
            "This device is not protected by the organization any more",
            "Add the device's user to an enrollment group again and wait for one poll interval."),
    DEVICE_UNSUPPORTED(
            "device.unsupported",
            409,
            "This device is not supported",
            "Update the device's system to a supported version, or use another device."),
    DEVICE_NOT_OWNED(
            "device.not-owned",
            403,
            "The device belongs to somebody else",
            "Sign in as the user to whom the device is registered in Microsoft Entra ID."),
    THREAT_UNKNOWN(
            "threat.unknown",
            404,
            "This threat is not known",
            "Look at the device's threats: it may have been forgotten after it was resolved."),
    THREAT_CLOSED(
            "threat.closed", 409, "This threat is not open", "None needed: a threat that is not open does not count."),
    THREAT_LIMIT(
            "threat.limit",
            409,
            "The device's agent has as many open threats as there may be",
            "Report that some of them are resolved, then report the others."),
    APP_LIST_UNKNOWN(
            "apps.unknown", 404, "The list has no such entry", "List the entries: it may have been removed already."),
    APP_LIST_FULL(
            "apps.full",
            409,
            "The list has as many entries as it may have",
            "Remove entries that are no longer needed, or let one prefix stand for several names."),
    KEY_UNKNOWN("key.unknown", 404, "There is no such key", "List the keys: it may have been revoked already."),
    KEY_LIMIT(
            "key.limit",
            409,
            "There are as many valid keys as there may be",
            "Revoke a key that is no longer used, then create the new one."),
    STATE_CHANGED(
            "state.changed",
            409,
            "Somebody else changed this at the same time",
            "Read it again and repeat the change."),
    DIRECTORY_UNAVAILABLE(
            "directory.unavailable",
            503,
            "Microsoft Graph does not answer at the moment",
            "Try again in a minute; nothing was changed."),
    DIRECTORY_CONSENT_MISSING(
            "directory.consent-missing",
            409,
            "The tenant's consent is missing or incomplete",
            "Let a Global Administrator grant the consent again."),
    DIRECTORY_REFUSED(
            "directory.refused",
            502,
            "Microsoft Graph refused the connector's request",
            "Report the correlation id to the connector's operator."),
    ENROLLMENT_NOT_SET_UP(
            "enrollment.not-set-up", 409, "There are no enrollment groups yet", "Choose the enrollment groups first."),
    ENROLLMENT_GROUP_GONE(
            "enrollment.group-gone",
            404,
            "An enrollment group no longer exists",
            "Choose another group in enrollment management; no device was removed."),
    ENROLLMENT_CONFIRM(
            "enrollment.confirm",
            409,
            "Devices would leave by this change",
            "Send it again with confirmLeaving set to the number of devices, if that is meant."),
    ENROLLMENT_REMOVALS_HELD(
            "enrollment.removals-held",
            409,
            "More devices would leave than may leave unasked",
            "Look at the held removals and approve them if they are meant; until then these devices stay."),
    INTUNE_UNAVAILABLE(
            "intune.unavailable",
            503,
            "Intune does not answer at the moment",
            "None needed: the connector tries again by itself."),
    INTUNE_CONSENT_MISSING(
            "intune.consent-missing",
            409,
            "The tenant has not consented to writing states where they are to be written",
            "Let a Global Administrator grant the consent of the chosen publisher's registration."),
    INTUNE_REFUSED(
            "intune.refused",
            502,
            "Intune refused what the connector sent",
            "Report the correlation id to the connector's operator."),
    INTUNE_NOT_CONFIGURED(
            "intune.not-configured",
            503,
            "The chosen publisher is not configured",
            "The operator must set the publisher's app registration; for the partner's also MTD_PARTNER_ENTITY_TYPE and MTD_PARTNER_THREAT_FIELD, whose values Microsoft gives to its partners."),
    HEARTBEAT_SILENT(
            "heartbeat.silent",
            503,
            "No heartbeat was acknowledged for three intervals or longer",
            "Look at the error that the heartbeat itself has, and follow its remedy. If it has none, the connector's jobs do not run: that is for its operator."),
    HEARTBEAT_ESCALATED(
            "heartbeat.escalated",
            503,
            "The connection has been silent for a third of the time that Intune waits",
            "Act now: past the number of days until the partner is unresponsive, Intune shows Unresponsive and ignores what it was told of every device."),
    INTUNE_SHOWS_UNAVAILABLE(
            "intune.shows-unavailable",
            409,
            "Intune shows the connector as Unavailable",
            "The partner was deprovisioned, and Intune takes no messages. The connector announces itself again by itself; if the status stays, remove the connector in the Intune admin center and add it again."),
    INTUNE_SHOWS_NOT_SET_UP(
            "intune.shows-not-set-up",
            409,
            "Intune shows the connector as Not set up",
            "Finish its set-up in the Intune admin center, under Tenant administration, Connectors and tokens, Mobile Threat Defense: until then Intune takes no messages."),
    INTUNE_SHOWS_UNRESPONSIVE(
            "intune.shows-unresponsive",
            409,
            "Intune shows the connector as Unresponsive though its heartbeats are acknowledged",
            "If it stays for an hour, open a support case with Microsoft: Intune ignores the states that it was told of."),
    INTUNE_SHOWS_ERROR(
            "intune.shows-error",
            409,
            "Intune shows the connector with the status Error",
            "Open the connector in the Intune admin center and read what is said there; report it to the connector's operator."),
    INTUNE_BEATS_UNSEEN(
            "intune.heartbeats-unseen",
            409,
            "Intune shows a last heartbeat that is older than what it acknowledged",
            "If it stays for an hour, open a support case with Microsoft: Intune counts from the time that it shows until it calls the connector Unresponsive."),
    INTUNE_NOT_LISTED(
            "intune.not-listed",
            409,
            "Intune does not list the connector",
            "Add it in the Intune admin center, under Tenant administration, Connectors and tokens, Mobile Threat Defense."),
    RISK_GROUP_TAKEN(
            "publishing.group-taken",
            409,
            "The group decides about access to the connector or about enrollment",
            "Choose a group that is no access group and no enrollment group, and is in none of them."),
    RISK_GROUP_ROLE_ASSIGNABLE(
            "publishing.group-role-assignable",
            409,
            "The group's members may hold roles of the directory",
            "Choose a security group to which no directory roles can be assigned."),
    RISK_GROUP_DYNAMIC(
            "publishing.group-dynamic",
            409,
            "The group's members follow a rule",
            "Choose a security group with assigned membership."),
    RISK_GROUP_SYNCED(
            "publishing.group-synced",
            409,
            "The group is synchronized from a directory on premises",
            "Choose a security group that was made in Microsoft Entra ID."),
    RISK_GROUP_NO_SECURITY_GROUP(
            "publishing.group-no-security-group",
            409,
            "The group is a Microsoft 365 group or a mail group",
            "Choose a security group."),
    RISK_GROUP_GONE(
            "publishing.group-gone",
            404,
            "The risk group is not in the directory any more",
            "Choose another group, or another publisher."),
    PUBLISHING_HELD(
            "publishing.held",
            409,
            "More devices worsened within an hour than are told unasked",
            "Look at the held states: approve them if they are meant, or correct what made them; until then Intune keeps what it has."),
    PUBLISHING_DEVICE_REFUSED(
            "publishing.device-refused",
            502,
            "Intune refused the state of single devices again and again",
            "Look at the failed states and their reasons, remove the cause, and have them sent again."),
    PUBLISHING_FORMER_TARGET(
            "publishing.former-target",
            502,
            "What was published at the former target cannot be withdrawn there",
            "Let the consent of its registration be granted again, or remove what keeps it from being reached; or have the former target forgotten: what stands there then stays, for you to remove."),
    FEED_NOT_CONNECTED(
            "feed.not-connected",
            404,
            "No threat feed is connected",
            "Connect it with PUT /api/v1/feed and an application key of the feed's own console."),
    FEED_KEY_INVALID(
            "feed.key-invalid",
            400,
            "The threat feed does not accept the application key",
            "Create a new application key in the feed's own console and save it with PUT /api/v1/feed."),
    FEED_FOREIGN(
            "feed.foreign-enterprise",
            409,
            "The application key is another enterprise's",
            "Save an application key of the enterprise that this organization was onboarded with; nothing of the other one was taken."),
    FEED_UNAVAILABLE(
            "feed.unavailable",
            503,
            "The threat feed does not answer at the moment",
            "None needed: the connector tries again by itself, and reads what it missed."),
    FEED_REFUSED(
            "feed.refused",
            502,
            "The threat feed refused the connector's request",
            "Report the correlation id to the connector's operator."),
    FEED_PAGE_UNREADABLE(
            "feed.page-unreadable",
            502,
            "The threat feed answers something that cannot be read",
            "None needed for an hour: the page is asked for again, and then passed by reading what is open anew. Report it to the feed's vendor if it comes again."),
    FEED_EVENT_FAILED(
            "feed.event-failed",
            500,
            "An event of the threat feed cannot be taken because of a defect in the connector",
            "Report the correlation id to the connector's operator. The event is tried again for some minutes, then kept (GET /api/v1/events/intake) and passed: compare its device with the feed's own console."),
    FEED_GAP(
            "feed.gap",
            502,
            "Events of the threat feed were missed",
            "None needed: devices and open threats are read anew, and the record closes when that is done."),
    FEED_SILENT(
            "feed.silent",
            502,
            "The threat feed answers, and has had no event for unusually long",
            "Look into the feed's own console whether its devices are still protected; if this is usual, choose a longer silentAfterHours."),
    FEED_KEY_EXPIRING(
            "feed.key-expiring",
            409,
            "The feed's application key expires soon",
            "Create a new application key in the feed's own console and save it with PUT /api/v1/feed."),
    SECRETS_NOT_CONFIGURED(
            "secrets.not-configured",
            503,
            "This deployment cannot keep secrets of tenants",
            "The operator must set MTD_SEALING_KEYS."),
    WEBHOOK_UNKNOWN(
            "webhook.unknown",
            404,
            "There is no such webhook",
            "List the webhooks: it may have been deleted, or has another name."),
    WEBHOOK_LIMIT(
            "webhook.limit",
            409,
            "There are as many webhooks as there may be",
            "Delete a webhook that is no longer used, then create the new one."),
    MAIL_UNAVAILABLE(
            "mail.unavailable",
            503,
            "The mail service does not answer",
            "None needed: the connector tries again by itself."),
    MAIL_REFUSED("mail.refused", 502, "The mail service refused the mail", "Check the recipient's address."),
    JOB_POISONED(
            "job.poisoned",
            500,
            "A job failed repeatedly because of a defect in the connector",
            "Report the correlation id to the connector's operator."),
    POISON_UNKNOWN(
            "poison.unknown",
            404,
            "There is no such message that was given up",
            "List them again: the job may have succeeded since."),
    INTERNAL(
            "internal",
            500,
            "Something went wrong on our side",
            "Report the correlation id to the connector's operator.");

    private final String code;
    private final int status;
    private final String title;
    private final String remedy;

    ErrorCode(String code, int status, String title, String remedy) {
        this.code = code;
        this.status = status;
        this.title = title;
        this.remedy = remedy;
    }

    /** The error of this code, or empty. */
    public static Optional<ErrorCode> ofCode(String code) {
        for (ErrorCode errorCode : values()) {
            if (errorCode.code.equals(code)) {
                return Optional.of(errorCode);
            }
        }
        return Optional.empty();
    }

    /** The stable code, as {@code request.invalid}. */
    public String code() {
        return code;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What the reader can do about it. */
    public String remedy() {
        return remedy;
    }
}
