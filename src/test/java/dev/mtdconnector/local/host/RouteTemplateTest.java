package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteTemplateTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        api/v1/tenant             | api/v1/tenant      | {}
        api/v1/tenant             | API/v1/Tenant      | {}
        api/v1/tenant             | api/v1             | -
        api/v1/tenant             | api/v1/tenant/x    | -
        devices/{id}              | devices/a b        | {id=a b}
        devices/{id}              | devices            | -
        devices/{id?}             | devices            | {}
        devices/{id:guid}         | devices/x          | -
        devices/{id:guid}         | devices/082fb7b9-70be-41a9-8d0b-d84fe7f17291 | {id=082fb7b9-70be-41a9-8d0b-d84fe7f17291}
        pages/{n:int}             | pages/12           | {n=12}
        pages/{n:int}             | pages/1x           | -
        {*path}                   | ''                 | {}
        {*path}                   | a/b/c              | {path=a/b/c}
        api/{*path}               | api                | {}
        api/{*path}               | apis               | -
        {ignored:maxlength(0)?}   | ''                 | {}
        {ignored:maxlength(0)?}   | x                  | -
        {word:alpha:length(3)}    | abc                | {word=abc}
        {word:alpha:length(3)}    | abcd               | -
        {word:alpha:length(3)}    | ab1                | -
        """)
    void aPathMatchesOrDoesNot(String template, String path, String values) {
        List<String> segments = path.isEmpty() ? List.of() : List.of(path.split("/"));

        assertThat(RouteTemplate.parse(template)
                        .match(segments)
                        .map(Object::toString)
                        .orElse(null))
                .isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "~/a", "a/{b", "a/x{b}", "{b=1}", "{b:nosuch}", "{*a}/b", "{a?}/b", "a//b"})
    void whatIsNotSupportedIsRefused(String template) {
        assertThatIllegalArgumentException().isThrownBy(() -> RouteTemplate.parse(template));
    }
}
