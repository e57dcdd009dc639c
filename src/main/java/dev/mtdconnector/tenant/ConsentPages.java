package dev.mtdconnector.tenant;

import static dev.mtdconnector.http.Page.text;

import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Page;
import java.net.URI;
import java.util.List;

/** The pages of the admin consent: each says what happened, that nothing was changed where it was not, and what to do. */
public final class ConsentPages {

    private static final String LINK_AGAIN = "<p>Open the consent link of your invitation and start again.</p>";

    private final String contentSecurityPolicy;

    ConsentPages(ConsentFlow.Endpoints endpoints) {
        // Browsers hold a form's redirects to form-action too: the form's goes to Microsoft, and comes back to us where
        // Microsoft has nothing to ask.
        this.contentSecurityPolicy =
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none';"
                        + " form-action 'self' " + origin(endpoints.publicUrl()) + " "
                        + origin(endpoints.loginForBrowsers());
    }

    /**
     * @param fields hidden fields that say for whom; an input where nobody knows yet
     * @param name the organization, where the invitation lets it be named
     */
    HttpAnswer invitation(String fields, Registration registration, String name) {
        String whom = name.isEmpty() ? "your organization" : "<strong>" + text(name) + "</strong>";
        StringBuilder permissions = new StringBuilder("<ul>");
        registration.requiredRoles().forEach(role -> permissions.append(item(role.value(), role.purpose())));
        return withForm(Page.of(
                200,
                "Connect your organization",
                "<p>The connector asks " + whom + " for permission to " + asked(registration) + "</p>" + permissions
                        + "</ul>"
                        + "<p>You need to be a Global Administrator. Microsoft shows you the permissions, and you"
                        + " decide there; opening this page has changed nothing.</p>"
                        + button(fields, registration, "Continue to Microsoft")));
    }

    HttpAnswer noDirectory(Registration registration) {
        return withForm(Page.of(
                400,
                "Which directory?",
                "<p class=\"warn\">The directory id is 32 letters and digits in five groups, as the Microsoft Entra"
                        + " admin center shows it under Overview.</p>"
                        + button(DIRECTORY_INPUT, registration, "Continue to Microsoft")));
    }

    /** One page for all that cannot be: it does not say who is a customer. */
    HttpAnswer unusable() {
        return Page.of(
                404,
                "This link cannot be used",
                "<p>The invitation has expired, or there is no account here that it could be for. Nothing was"
                        + " changed.</p><p>Check the directory id, or ask the connector's operator for a new"
                        + " invitation.</p>");
    }

    HttpAnswer declined(ConsentFlow.Ended.Declined declined) {
        String again = button(tenantField(declined.tenant().tenantId()), declined.registration(), "Try again");
        String code = "<p>Microsoft answered <code>" + text(declined.error()) + "</code>. Nothing was changed.</p>";
        return withForm(
                switch (declined.reason()) {
                    case BY_THE_PERSON ->
                        Page.of(
                                200,
                                "The permissions were not granted",
                                code + "<p>Try again as a Global Administrator and choose Accept.</p>" + again);
                    case NOT_AN_ADMINISTRATOR ->
                        Page.of(
                                200,
                                "An administrator has to grant this",
                                code + "<p class=\"warn\">Your account may not grant permissions for the whole"
                                        + " organization.</p><p>Pass the link of the invitation on to a Global"
                                        + " Administrator, or try again with another account.</p>" + again);
                    case BY_MICROSOFT ->
                        Page.of(
                                503,
                                "Microsoft could not finish this",
                                code + "<p>Try again in a few minutes.</p>" + again);
                });
    }

    HttpAnswer refused(ConsentFlow.Refusal reason) {
        return switch (reason) {
            case UNKNOWN ->
                Page.of(
                        400,
                        "This consent cannot be finished here",
                        "<p class=\"warn\">No consent of this kind is under way. Nothing was changed.</p>"
                                + LINK_AGAIN);
            case OTHER_BROWSER ->
                Page.of(
                        400,
                        "This consent began in another browser",
                        "<p class=\"warn\">A consent is finished in the browser in which it was started, with cookies"
                                + " allowed and without signing in to the connector in between. Nothing was changed"
                                + " here.</p>" + LINK_AGAIN);
            case USED ->
                Page.of(
                        400,
                        "This consent was finished before",
                        "<p>This page works once, and has done so. Nothing was changed now.</p>"
                                + "<p>You can close it; to grant anything else, open the consent link of your invitation"
                                + " again.</p>");
            case EXPIRED ->
                Page.of(
                        400,
                        "This consent took too long",
                        "<p class=\"warn\">It was started more than 30 minutes ago. Nothing was changed here.</p>"
                                + LINK_AGAIN);
            case OTHER_TENANT ->
                Page.of(
                        400,
                        "Another directory answered",
                        "<p class=\"warn\">You accepted as an administrator of another directory than the one that was"
                                + " asked. Nothing was changed here.</p><p>Sign out at Microsoft, open the consent link"
                                + " of your invitation, and sign in with an account of the directory that it names. In"
                                + " the other directory you can remove the connector from the enterprise"
                                + " applications.</p>");
            case BUSY ->
                Page.of(
                                503,
                                "Microsoft needs a moment",
                                "<p>What you granted is not readable everywhere yet.</p>"
                                        + "<p>Reload this page in a minute to finish.</p>")
                        .withHeader("Retry-After", "60");
        };
    }

    HttpAnswer unread(boolean isTransient) {
        return isTransient
                ? Page.of(
                                503,
                                "Microsoft does not answer at the moment",
                                "<p class=\"warn\">What you granted could not be read yet.</p>"
                                        + "<p>Reload this page in a minute to finish.</p>")
                        .withHeader("Retry-After", "60")
                : Page.of(
                        503,
                        "What you granted could not be read",
                        "<p class=\"warn\">The permission to read your directory has to be granted first; it is"
                                + " missing, or the connector's own access is out of order.</p>"
                                + "<p>Open the consent link of your invitation. If this page comes back, tell the"
                                + " connector's operator.</p>");
    }

    /**
     * @param publisher the registration of the publisher that the tenant chose
     */
    HttpAnswer read(ConsentFlow.Ended.Read read, Registration publisher) {
        return read.consent().isGranted() ? granted(read, publisher) : incomplete(read);
    }

    private static String asked(Registration registration) {
        return switch (registration) {
            case BASE -> "<strong>read</strong> users, groups and devices of your directory. It changes nothing there.";
            case PARTNER -> "<strong>send device threat information to Microsoft Intune</strong>.";
            case ATTRIBUTE ->
                "<strong>write an extension attribute of devices</strong>. The connector writes the one attribute that"
                        + " an administrator chooses, and nothing else.";
            case GROUP ->
                "<strong>change who is in groups</strong>. The connector changes the one group that an administrator"
                        + " chooses, and takes out only whom it put in.";
            case DEVICE_GROUP ->
                "<strong>change which devices are in groups</strong>. The connector changes the one group that an"
                        + " administrator chooses, and takes out only what it put in.";
        };
    }

    /** Title, and what is allowed now. */
    private static List<String> allowed(Registration registration) {
        return switch (registration) {
            case BASE ->
                List.of(
                        "Your organization is connected",
                        "Every permission that the connector needs to read your directory is granted.");
            case PARTNER ->
                List.of("Sending to Intune is allowed", "Device threat information may be sent to Microsoft Intune.");
            case ATTRIBUTE ->
                List.of("Writing device attributes is allowed", "Threat levels may be written to your devices.");
            case GROUP -> List.of("Changing the risk group is allowed", "Users at risk may be put into a group.");
            case DEVICE_GROUP ->
                List.of("Changing the risk group is allowed", "Devices at risk may be put into a group.");
        };
    }

    private HttpAnswer granted(ConsentFlow.Ended.Read read, Registration publisher) {
        String tenantId = read.tenant().tenantId();
        Registration registration = read.consent().registration();
        String confirm = "<p>Sign in once with an account of your directory, so that it is on record who stands for"
                + " this.</p><p><a class=\"button\" href=\"/signin?tenant=" + text(tenantId) + "&amp;purpose=consent-"
                + registration.label() + "\">Sign in to confirm</a></p>";
        List<String> words = allowed(registration);
        String good = "<p class=\"good\">" + words.get(1) + "</p>" + confirm;
        if (registration != Registration.BASE) {
            return Page.of(200, words.get(0), good);
        }
        String more = switch (publisher) {
            case BASE, PARTNER -> "send threat levels to Microsoft Intune";
            case ATTRIBUTE -> "write threat levels to your devices";
            case GROUP, DEVICE_GROUP -> "keep the risk group";
        };
        String label = publisher == Registration.PARTNER ? "Allow sending to Intune" : "Allow writing to the directory";
        return withForm(Page.of(
                200,
                words.get(0),
                good
                        + "<p>One more consent lets it " + more + ":</p>"
                        + button(tenantField(tenantId), publisher, label)));
    }

    private HttpAnswer incomplete(ConsentFlow.Ended.Read read) {
        Consent consent = read.consent();
        StringBuilder missing = new StringBuilder();
        for (ApplicationRole role : consent.registration().requiredRoles()) {
            if (consent.missing().contains(role.value())) {
                missing.append(item(role.value(), role.purpose()));
            }
        }
        String what = missing.isEmpty()
                ? "<p class=\"warn\">The connector is not in your directory. If you accepted just now, it may take"
                        + " Microsoft a few minutes: reload this page then.</p>"
                : "<p class=\"warn\">These permissions are missing:</p><ul>" + missing + "</ul>";
        return withForm(Page.of(
                200,
                "The consent is incomplete",
                what
                        + "<p>Grant the consent again as a Global Administrator. If permissions are still missing then,"
                        + " tell the connector's operator which.</p>"
                        + button(tenantField(read.tenant().tenantId()), consent.registration(), "Grant again")));
    }

    static final String DIRECTORY_INPUT = "<label for=\"tenant\">Directory (tenant) id</label>"
            + "<input id=\"tenant\" name=\"tenant\" required autocomplete=\"off\">";

    static String tenantField(String tenantId) {
        return "<input type=\"hidden\" name=\"tenant\" value=\"" + text(tenantId) + "\">";
    }

    static String invitationField(String invitation) {
        return "<input type=\"hidden\" name=\"invitation\" value=\"" + text(invitation) + "\">";
    }

    private static String button(String fields, Registration registration, String label) {
        return "<form method=\"post\" action=\"/les\">"
                + "<input type=\"hidden\" name=\"registration\" value=\"" + registration.label() + "\">" + fields
                + "<button>" + text(label) + "</button></form>";
    }

    private static String item(String value, String purpose) {
        return "<li><code>" + text(value) + "</code>: the connector " + text(purpose) + "</li>";
    }

    private HttpAnswer withForm(HttpAnswer page) {
        return page.withHeader("Content-Security-Policy", contentSecurityPolicy);
    }

    private static String origin(String address) {
        URI uri = URI.create(address);
        return uri.getScheme() + "://" + uri.getAuthority();
    }
}
