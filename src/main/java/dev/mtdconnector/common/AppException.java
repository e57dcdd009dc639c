package dev.mtdconnector.common;

import java.util.List;

/**
 * A request that cannot be served, with everything that the one who asked may know of the reason.
 *
 * <p>{@code detail} and the field errors are shown to the client: they hold no secret, no upstream message, and of
 * input only names, never values.
 */
public final class AppException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<FieldError> errors;

    public AppException(ErrorCode code, String detail, List<FieldError> errors) {
        super(detail);
        this.code = code;
        this.errors = List.copyOf(errors);
    }

    public AppException(ErrorCode code, String detail) {
        this(code, detail, List.of());
    }

    public AppException(ErrorCode code) {
        this(code, code.title() + ".");
    }

    public ErrorCode code() {
        return code;
    }

    public List<FieldError> errors() {
        return errors;
    }

    /**
     * One field that is not valid.
     *
     * @param field its path in the body, as {@code groups[0]}
     * @param message what it must be
     */
    public record FieldError(String field, String message) {}
}
