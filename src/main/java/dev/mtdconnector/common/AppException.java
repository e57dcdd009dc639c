package dev.mtdconnector.common;

import java.util.List;
import java.util.Map;

/**
 * A request that cannot be served, with everything that the one who asked may know of the reason.
 *
 * <p>{@code detail} and the field errors are shown to the client: they hold no secret, no upstream message, and of
 * input only names, never values.
 */
public final class AppException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Problems that are listed at most: an answer must not be larger than the body of nonsense it answers. */
    private static final int MOST_ERRORS = 100;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final transient Map<String, Object> facts;

    public AppException(ErrorCode code, String detail, List<FieldError> errors) {
        this(code, detail, errors, Map.of());
    }

    private AppException(ErrorCode code, String detail, List<FieldError> errors, Map<String, Object> facts) {
        super(detail);
        this.code = code;
        this.errors = List.copyOf(errors);
        this.facts = Map.copyOf(facts);
    }

    /** An error with something that a program needs to know; {@code facts} can be written as JSON. */
    public static AppException with(ErrorCode code, String detail, Map<String, Object> facts) {
        return new AppException(code, detail, List.of(), facts);
    }

    public AppException(ErrorCode code, String detail) {
        this(code, detail, List.of());
    }

    public AppException(ErrorCode code) {
        this(code, code.title() + ".");
    }

    /** REQUEST_INVALID for these fields, of which the first hundred are named. */
    public static AppException invalid(List<FieldError> errors) {
        return new AppException(
                ErrorCode.REQUEST_INVALID,
                errors.size() == 1 ? "1 field is not valid." : errors.size() + " fields are not valid.",
                errors.subList(0, Math.min(errors.size(), MOST_ERRORS)));
    }

    /** REQUEST_INVALID for one field or parameter. */
    public static AppException invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    public ErrorCode code() {
        return code;
    }

    public List<FieldError> errors() {
        return errors;
    }

    /** What a program needs to know besides, by name. */
    public Map<String, Object> facts() {
        return facts;
    }

    /**
     * One field that is not valid.
     *
     * @param field its path in the body, as {@code groups[0]}
     * @param message what it must be
     */
    public record FieldError(String field, String message) {}
}
