package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entra did not sign somebody in. Its numbers choose words for the person and decide nothing else; of what it wrote only
 * the error's name and number are shown, and those only in their own form.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/reference-error-codes">Entra's error codes</a>
 */
final class DeclinedSignIn {

    private static final Pattern NUMBER = Pattern.compile("AADSTS(\\d{4,7})(?!\\d)");
    private static final Pattern NAME = Pattern.compile("[a-z_]{1,40}");

    /** Somebody who may has to consent first; or our application is not in the tenant. */
    private static final Set<String> CONSENT = Set.of("65001", "90093", "90094", "90095", "700016", "650052", "650056");

    private DeclinedSignIn() {}

    /** What to tell the person: SIGN_IN_NOT_CONSENTED where a consent is missing, else SIGN_IN_DECLINED. */
    static AppException of(String error, String description) {
        Matcher matcher = NUMBER.matcher(description);
        String number = matcher.find() ? matcher.group(1) : "";
        if (error.equals("consent_required") || CONSENT.contains(number)) {
            return new AppException(ErrorCode.SIGN_IN_NOT_CONSENTED);
        }
        String words = switch (number) {
            case "50105" -> "Your organization lets only assigned users use this application, and you are not one.";
            case "50020", "50034", "51004" -> "This account is not in your organization's directory.";
            case "50057" -> "This account is disabled.";
            case "53000", "53001", "53003" -> "A Conditional Access policy of your organization keeps you from it.";
            case "65004" -> "You did not agree to what Microsoft's page asked for.";
            default -> error.equals("access_denied") ? "The sign-in was cancelled." : "";
        };
        String name = NAME.matcher(error).matches() ? error : "an error";
        String said = "Microsoft answered " + name + (number.isEmpty() ? "" : ", AADSTS" + number) + ".";
        return new AppException(ErrorCode.SIGN_IN_DECLINED, words.isEmpty() ? said : words + " " + said);
    }
}
