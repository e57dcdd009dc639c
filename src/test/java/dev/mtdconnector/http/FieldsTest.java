package dev.mtdconnector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    private static final String GUID = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";

    private static AppException refused(String body, Consumer<Fields> reading) {
        AppException e = catchThrowableOfType(AppException.class, () -> {
            Fields fields = Fields.of(body);
            reading.accept(fields);
            fields.done();
        });
        assertThat(e).as(body).isNotNull();
        assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        return e;
    }

    private static void assertRefused(String value, Consumer<Fields> reading) {
        assertThat(refused("{\"a\": " + value + "}", reading).errors())
                .as(value)
                .extracting(FieldError::field)
                .containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"{\"a\": 1, \"a\": 2};a", "{\"a\": {\"b\": 1, \"b\": 2}};b"})
    void aFieldThatStandsTwiceIsNamed(String body, String field) {
        assertThat(refused(body, fields -> {}).errors())
                .containsExactly(new FieldError(field, "stands twice in one object"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "{}x",
                "{} {}",
                "[",
                "nul",
                "{'a': 1}",
                "{\"a\": 01}",
                "{\"a\": NaN}",
                "{\"a\": 1,}",
                "{a: 1}",
                "// x\n{}",
                "\uFEFF{}x",
                "{\"a\": \"tab\there\"}",
                "{\"a\": 123456789012345678901234567890123}"
            })
    void whatIsNotStrictJsonIsRefusedWithoutItsContent(String body) {
        AppException e = refused(body, fields -> {});
        assertThat(e.errors()).isEmpty();
        assertThat(e.getMessage())
                .matches("A JSON body is required\\.|The body is not valid JSON( \\(line \\d+, column \\d+\\))?\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "1", "\"text\"", "true"})
    void aBodyThatIsNoObjectIsRefused(String body) {
        assertThat(refused(body, fields -> {}).getMessage()).isEqualTo("The body must be a JSON object.");
    }

    @Test
    void deepNestingIsRefusedBeforeItCostsAnything() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(refused("{\"a\": " + deep + "}", fields -> {}).getMessage()).contains("not valid JSON");
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() {
        AppException e = refused("{\"heartbeatMinutes\": 61, \"colour\": 1, \"e\": \"x\"}", fields -> {
            fields.between("heartbeatMinutes", 1, 60);
            fields.guid("missing");
            fields.email("e");
        });
        assertThat(e.getMessage()).isEqualTo("4 fields are not valid.");
        assertThat(e.errors())
                .containsExactly(
                        new FieldError("heartbeatMinutes", "must be a whole number from 1 to 60"),
                        new FieldError("missing", "is required"),
                        new FieldError("e", "must be an e-mail address"),
                        new FieldError("colour", "is not a known field"));
    }

    @Test
    void theAnswerToManyWrongFieldsIsNotLargerThanTheQuestion() {
        StringBuilder body = new StringBuilder("{");
        for (int i = 0; i < 5000; i++) {
            body.append("\"f").append(i).append("\": 1, ");
        }
        AppException e = refused(body + "\"z\": 1}", fields -> {});
        assertThat(e.errors()).hasSize(100);
        assertThat(e.getMessage()).isEqualTo("5001 fields are not valid.");
    }

    @Test
    void unknownNamesAreShownInAFormThatMisleadsNobody() {
        AppException e = refused("{\"a\\n\\u202e<b>\": 1, \"" + "n".repeat(100) + "\": 1}", fields -> {});
        assertThat(e.errors().get(0).field()).isEqualTo("a??<b>");
        assertThat(e.errors().get(1).field()).hasSize(60);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "1",
                "null",
                "[]",
                "{}",
                "\"9b5dbe3f0c994f71ae4aab3e23a9a412\"",
                "\"{9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412}\"",
                "\"9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412 \"",
                "\"9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412\\n\"",
                "\"9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a41\\u0000\"",
                "\"9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a41g\"",
                "\"9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a41\\u0661\""
            })
    void aGuidHasExactlyOneForm(String value) {
        assertRefused(value, fields -> fields.guid("a"));
    }

    @Test
    void guidsAreReadInLowerCase() {
        Fields fields = Fields.of("{\"a\": \"9B5DBE3F-0C99-4F71-AE4A-AB3E23A9A412\", \"b\": null}");
        assertThat(fields.guid("a")).isEqualTo(GUID);
        assertThat(fields.optionalGuid("b")).isNull();
        assertThat(fields.optionalGuid("c")).isNull();
        fields.done();
        assertRefused("\"x\"", wrong -> wrong.optionalGuid("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ines.duarte@contoso.example",
                "a@b.co",
                "o'brien+mtd@mail.contoso.example",
                "x_y-z=1@a-b.example"
            })
    void ordinaryAddressesAreTaken(String address) {
        Fields fields = Fields.of("{\"a\": \"" + address + "\"}");
        assertThat(fields.email("a")).isEqualTo(address);
        fields.done();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "7",
                "\"a\"",
                "\"a@b\"",
                "\"@b.example\"",
                "\"a@@b.example\"",
                "\"a b@c.example\"",
                "\"a@b.example\\r\\nBcc: x@y.example\"",
                "\"a@b.example,c@d.example\"",
                "\"<a@b.example>\"",
                "\"A <a@b.example>\"",
                "\".a@b.example\"",
                "\"a..b@c.example\"",
                "\"a@-b.example\"",
                "\"a@b.example.\"",
                "\"a@b_c.example\"",
                "\"a@[127.0.0.1]\"",
                "\"jürgen@contoso.example\"",
                "\"a@münchen.example\"",
                "\"\\ud800@b.example\"",
                "\"a\\u0000@b.example\"",
                "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.example\""
            })
    void whatIsNoAddressIsRefused(String value) {
        assertRefused(value, fields -> fields.email("a"));
    }

    @Test
    void anAddressOfNearlyAMebibyteIsRefusedAtOnce() {
        assertRefused("\"" + "a.".repeat(400_000) + "@b.example\"", fields -> fields.email("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"   \"",
                "1",
                "true",
                "[]",
                "\"12345678901\"",
                "\"a\\u0000b\"",
                "\"a\\u009fb\"",
                "\"a\\nb\"",
                "\"\\ud83d\"",
                "\"x\\ude00\""
            })
    void textIsBoundedAndWhole(String value) {
        assertRefused(value, fields -> fields.text("a", 10));
        assertRefused(value, fields -> fields.optionalText("a", 10));
    }

    @Test
    void textOfAnyLanguageIsTaken() {
        Fields fields = Fields.of("{\"a\": \"연결 \\ud83d\\ude00 é\", \"b\": null}");
        assertThat(fields.text("a", 10)).isEqualTo("연결 \ud83d\ude00 é");
        assertThat(fields.optionalText("b", 10)).isNull();
        fields.done();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "61",
                "-1",
                "1.0",
                "1e1",
                "10.5",
                "\"10\"",
                "true",
                "null",
                "[10]",
                "2147483648",
                "4294967306",
                "99999999999999999999"
            })
    void aNumberIsWholeAndInItsBounds(String value) {
        assertRefused(value, fields -> fields.between("a", 1, 60));
    }

    @Test
    void bothBoundsBelongToTheRange() {
        Fields fields = Fields.of("{\"a\": 1, \"b\": 60}");
        assertThat(fields.between("a", 1, 60)).isEqualTo(1);
        assertThat(fields.betweenOr("b", 1, 60, 5)).isEqualTo(60);
        assertThat(fields.betweenOr("c", 1, 60, 5)).isEqualTo(5);
        fields.done();
        assertRefused("0", wrong -> wrong.betweenOr("a", 1, 60, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "\"true\"", "null", "{}"})
    void aFlagIsTrueOrFalse(String value) {
        assertRefused(value, fields -> fields.flag("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"API\"", "\"\"", "1", "null", "\"api \""})
    void aWordIsOneOfThoseThatAreKnown(String value) {
        assertRefused(value, fields -> fields.oneOf("a", List.of("api", "feed")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "{}", "null", "[\"1\",\"2\",\"3\",\"4\"]"})
    void aListHasOneToItsMostTexts(String value) {
        assertRefused(value, fields -> fields.textList("a", 3, 10));
    }

    @Test
    void eachWrongTextOfAListIsNamed() {
        AppException e = refused("{\"a\": [\"x\", \"\", \"x\", 7]}", fields -> fields.textList("a", 4, 10));
        assertThat(e.errors())
                .containsExactly(
                        new FieldError("a[1]", "must be text of 1 to 10 characters"),
                        new FieldError("a[2]", "stands in the list twice"),
                        new FieldError("a[3]", "must be text of 1 to 10 characters"));
    }

    @Test
    void namesThatDifferInCaseAreDifferentTexts() {
        Fields fields = Fields.of("{\"a\": [\"Sales\", \"sales\"]}");
        assertThat(fields.textList("a", 2, 10)).containsExactly("Sales", "sales");
        fields.done();
    }
}
